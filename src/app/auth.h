/* auth.h - who is asking: accounts, passwords, sessions, and the limits on guessing.
 *
 * Sessions live in memory, so that a request costs no query, and in the store, so that they outlive a restart. A
 * session's token is 32 random bytes that only the client keeps; here stands its SHA-256. A session ends
 * AUTH_IDLE_MS after it was last used and AUTH_LIFE_MS after it began, at once when its person leaves the office, and
 * with sign-out. The times of last use reach the store with auth_keep.
 *
 * Guessing is limited per login and per address. Whether a login exists makes no difference that can be seen: an
 * unknown one costs a verification too, is counted and locked by the same rule, and nothing is written before the
 * answer. Failures of existing accounts reach the store with auth_keep, so a lock outlives a restart.
 *
 * All functions may be called by any thread but the sequencer's; what writes goes through the sequencer. */
#ifndef YIFA_APP_AUTH_H
#define YIFA_APP_AUTH_H

#include "app/app.h"
#include "app/sequencer.h"

enum {
    AUTH_IDLE_MS = 60 * MS_PER_MINUTE,
    AUTH_LIFE_MS = 12 * MS_PER_HOUR,
    AUTH_SESSIONS_MAX = 20000,
    AUTH_SESSIONS_PER_PERSON = 10, /* the one not used for longest gives way */
    AUTH_FAILURES = 5,             /* of a login in a row, then it waits a minute, and twice as long each time after */
    AUTH_WAIT_MAX_MS = 30 * MS_PER_MINUTE,
    AUTH_ADDRESS_FAILURES = 100, /* of an address in AUTH_WINDOW_MS */
    AUTH_WINDOW_MS = 15 * MS_PER_MINUTE,
    AUTH_VERIFYING_MAX = 4, /* passwords verified at once: each takes 19 MiB and some 30 ms */
    AUTH_LOGIN_MAX = 64,    /* bytes */
    AUTH_PASSWORD_MIN = 10, /* characters */
    AUTH_TOKEN_TEXT = 64,   /* hexadecimal digits */
    AUTH_LOG_MAX = 4 << 20, /* bytes of security.log; one older file is kept */
    AUTH_DEMO_MAX = 100
};

typedef struct Auth Auth;

/* `data` is the data folder and outlives the Auth. */
MUST_CHECK Rc auth_open(App *app, Sequencer *sequencer, const char *data, Auth **ret, Err *err);
void auth_close(Auth *auth); /* NULL is allowed */

/* ---- sessions ---- */

typedef struct AuthSession {
    int64_t person;
    char csrf[AUTH_TOKEN_TEXT + 1];
    int64_t created;
    int64_t seen;
    int64_t expires;
} AuthSession;

/* The session of a token, which is used by this call. False for anything that is no valid token. */
bool auth_session(Auth *auth, Str token, AuthSession *ret);

typedef enum AuthAnswer {
    AUTH_WELCOME,
    AUTH_WRONG, /* login or password */
    AUTH_WAIT   /* too many failures; wait_ms says how long */
} AuthAnswer;

typedef struct AuthSignIn {
    AuthAnswer answer;
    int64_t wait_ms;
    char token[AUTH_TOKEN_TEXT + 1];
    AuthSession session;
} AuthSignIn;

/* `db` is a reading connection; the address is the client's. RC_BUSY when too many passwords are being verified. */
MUST_CHECK Rc auth_sign_in(Auth *auth, Db *db, Str login, Str password, Str address, AuthSignIn *ret, Err *err);
MUST_CHECK Rc auth_sign_out(Auth *auth, Str token, Err *err);
/* Writes what memory is ahead of the store, and ends sessions that ran out. Called every half a minute or so. */
MUST_CHECK Rc auth_keep(Auth *auth, Err *err);

/* ---- accounts ---- */

/* Makes the person's account, or gives it another login and password. RC_INVALID for a short password or a login that
 * is empty, too long or not printable ASCII; RC_CONFLICT for a login that another has; RC_NOT_FOUND for no such person.
 */
MUST_CHECK Rc auth_account(Auth *auth, int64_t person, Str login, Str password, Err *err);

typedef struct AuthDemo {
    Str login;
    int64_t person;
    Str name;
    Str role;
} AuthDemo;

/* Accounts of the demonstration, from demo.json in the data folder, all with one password made up now. RC_DENIED unless
 * the data are a demonstration; RC_NOT_FOUND without the file. */
MUST_CHECK Rc auth_demo_accounts(Auth *auth, Arena *arena, const AuthDemo **ret, size_t *ret_n, Str *ret_password,
                                 Err *err);

/* ---- forms of people without an account ---- */

/* The token that belongs to a cookie's value (a signed double submit). The key is in the data folder, so that a form
 * outlives a restart. */
void auth_form_token(const Auth *auth, Str cookie, char ret_token[AUTH_TOKEN_TEXT + 1]);

/* ---- security log ---- */

/* Appends a line to security.log: when, what ("csrf"), from where, and which route. Nothing that a person typed. */
void auth_log(Auth *auth, const char *what, Str address, const char *route);

#endif
