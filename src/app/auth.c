#include "app/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/auth_internal.h"

static const char SQL_ACCOUNT[] =
    "SELECT person, secret, failed, locked_until FROM account WHERE j = ?1 AND login = ?2";

/* ---- life ---- */

static Str random_text(const Auth *auth, Arena *arena, size_t bytes)
{
    uint8_t random[32];
    OsEntropy entropy = app_entropy(auth->app);
    char *text = arena_alloc(arena, 2 * bytes + 1);
    os_entropy_fill(&entropy, random, bytes);
    auth_hex(random, bytes, text);
    crypto_wipe(random, sizeof random);
    return (Str){ text, 2 * bytes };
}

static Rc hash_password(const Auth *auth, Arena *arena, Str password, Str *ret, Err *err)
{
    uint8_t salt[CRYPTO_SALT_SIZE];
    OsEntropy entropy = app_entropy(auth->app);
    os_entropy_fill(&entropy, salt, sizeof salt);
    return password_hash(arena, password, salt, &password_cost_default, ret, err);
}

/* The key of public forms, made when it is first wanted. */
static Rc read_form_key(Auth *auth, Err *err)
{
    Str bytes;
    Str path = app_path(auth->arena, auth->data, "web.key");
    OsEntropy entropy = app_entropy(auth->app);
    if (os_exists(path.p)) {
        TRY(os_read_file(auth->arena, path.p, 1024, &bytes, err));
        if (bytes.n != sizeof auth->form_key)
            return err_at(err, RC_CORRUPT, path.p, "this is not a key; remove the file and a new one is made");
        memcpy(auth->form_key, bytes.p, bytes.n);
        return RC_OK;
    }
    os_entropy_fill(&entropy, auth->form_key, sizeof auth->form_key);
    return os_write_file_atomic(path.p, (Str){ (const char *)auth->form_key, sizeof auth->form_key }, 0600, err);
}

static Rc open_parts(Auth *auth, Err *err)
{
    OsEntropy entropy = app_entropy(auth->app);
    os_entropy_fill(&entropy, auth->limit_key, sizeof auth->limit_key);
    TRY(hash_password(auth, auth->arena, random_text(auth, auth->arena, 16), &auth->decoy, err));
    TRY(read_form_key(auth, err));
    return auth_sessions_read(auth, err);
}

Rc auth_open(App *app, Sequencer *sequencer, const char *data, Auth **ret, Err *err)
{
    Auth *auth = calloc(1, sizeof *auth);
    if (!auth)
        return err_set(err, RC_NOMEM, "out of memory");
    auth->app = app;
    auth->sequencer = sequencer;
    auth->data = data;
    auth->arena = arena_new(0);
    pthread_mutex_init(&auth->lock, NULL);
    pthread_mutex_init(&auth->log_lock, NULL);
    Rc rc = open_parts(auth, err);
    if (rc != RC_OK) {
        auth_close(auth);
        return rc;
    }
    *ret = auth;
    return RC_OK;
}

void auth_close(Auth *auth)
{
    if (!auth)
        return;
    auth_sessions_free(auth);
    pthread_mutex_destroy(&auth->lock);
    pthread_mutex_destroy(&auth->log_lock);
    arena_free(auth->arena);
    crypto_wipe(auth, sizeof *auth);
    free(auth);
}

/* ---- signing in ---- */

typedef struct Account {
    AuthPending known; /* person 0: no such login */
    Str secret;
} Account;

static Rc read_account(const Auth *auth, Db *db, Str login, Arena *arena, Account *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(app_j(auth->app)), DBT(login) };
    *ret = (Account){ .secret = auth->decoy };
    TRY(db_query(db, SQL_ACCOUNT, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    if (more)
        *ret = (Account){ { db_int(rows, 0), db_int(rows, 2), db_int(rows, 3) }, db_str_in(rows, 1, arena) };
    return RC_OK;
}

static Rc verify(Auth *auth, const Account *account, Str password, bool *ret_ok, Err *err)
{
    if (atomic_fetch_add(&auth->verifying, 1) >= AUTH_VERIFYING_MAX) {
        atomic_fetch_sub(&auth->verifying, 1);
        return err_set(err, RC_BUSY, "many people are signing in; try again in a moment");
    }
    Rc rc = password_verify(account->secret, password, err);
    atomic_fetch_sub(&auth->verifying, 1);
    *ret_ok = rc == RC_OK && account->known.person != 0;
    return rc == RC_DENIED ? RC_OK : rc;
}

static bool is_login(Str login)
{
    for (size_t i = 0; i < login.n; i++)
        if (login.p[i] <= ' ' || login.p[i] > '~')
            return false;
    return login.n > 0 && login.n <= AUTH_LOGIN_MAX;
}

Rc auth_sign_in(Auth *auth, Db *db, Str login, Str password, Str address, AuthSignIn *ret, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Account account;
    bool ok = false;
    int64_t now = app_now(auth->app);
    *ret = (AuthSignIn){ .answer = AUTH_WRONG };
    if (!is_login(login) || password.n > CRYPTO_PASSWORD_MAX)
        return RC_OK;
    ret->wait_ms = auth_limit_wait(auth, login, address, now);
    TRY(read_account(auth, db, login, arena, &account, err));
    if (account.known.locked_until - now > ret->wait_ms)
        ret->wait_ms = account.known.locked_until - now;
    if (ret->wait_ms > 0) {
        auth_log(auth, "sign-in-waits", address, "/signin");
        ret->answer = AUTH_WAIT;
        return RC_OK;
    }
    TRY(verify(auth, &account, password, &ok, err));
    if (!ok) {
        auth_limit_fail(auth, login, address, &account.known, now);
        auth_log(auth, "sign-in-wrong", address, "/signin");
        return RC_OK;
    }
    auth_limit_clear(auth, login);
    if (account.known.failed) {
        pthread_mutex_lock(&auth->lock);
        auth_remember(auth, &(AuthPending){ .person = account.known.person });
        pthread_mutex_unlock(&auth->lock);
    }
    TRY(auth_session_begin(auth, account.known.person, now, ret, err));
    ret->answer = AUTH_WELCOME;
    return RC_OK;
}

/* ---- accounts ---- */

typedef struct AccountRows {
    DbValue *values;
    size_t n;
} AccountRows;

static Rc write_accounts(App *app, void *ctx, Err *err)
{
    const AccountRows *rows = ctx;
    return db_write(app->db, &schema_tables[T_ACCOUNT], DB_UPSERT, rows->values, rows->n, NULL, err);
}

static void account_row(const Auth *auth, DbValue row[6], int64_t person, Str login, Str secret)
{
    const DbValue values[] = { DBI(app_j(auth->app)), DBI(person), DBT(login), DBT(secret), DBI(0), DBI(0) };
    memcpy(row, values, sizeof values);
}

Rc auth_account(Auth *auth, int64_t person, Str login, Str password, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Str secret;
    DbValue row[6];
    size_t at;
    if (!dir_person(app_directory(auth->app), person))
        return err_set(err, RC_NOT_FOUND, "there is no person %lld", (long long)person);
    if (!is_login(login))
        return err_set(err, RC_INVALID, "a login is 1 to %d printable ASCII characters", AUTH_LOGIN_MAX);
    if (!str_is_utf8(password, &at) || str_code_points(password) < AUTH_PASSWORD_MIN ||
        password.n > CRYPTO_PASSWORD_MAX)
        return err_set(err, RC_INVALID, "a password has %d characters or more, and at most %d bytes", AUTH_PASSWORD_MIN,
                       CRYPTO_PASSWORD_MAX);
    TRY(hash_password(auth, arena, password, &secret, err));
    account_row(auth, row, person, login, secret);
    return sequencer_run(auth->sequencer, write_accounts, &(AccountRows){ row, 1 }, err);
}

/* A person by id or by name. */
static const DirPerson *demo_person(const Directory *dir, const Json *who)
{
    if (who && who->type == JSON_INT)
        return dir_person(dir, who->as.i);
    for (size_t i = 0; i < dir->n_people; i++)
        if (str_eq(dir->by_id[i]->name, json_as_str(who)))
            return dir->by_id[i];
    return NULL;
}

static Rc read_demo(const Auth *auth, Arena *arena, AuthDemo **ret, size_t *ret_n, Err *err)
{
    Str bytes;
    Json json;
    Str path = app_path(arena, auth->data, "demo.json");
    TRY(os_read_file(arena, path.p, 1 << 20, &bytes, err));
    Rc rc = json_parse(arena, bytes, &json, err);
    if (rc != RC_OK)
        return err_wrap(err, rc, "%s", path.p);
    const Json *list = json_get(&json, STR("accounts"));
    AuthDemo *accounts = ARENA_ARRAY(arena, AuthDemo, AUTH_DEMO_MAX);
    size_t n = 0;
    for (size_t i = 0; list && list->type == JSON_ARR && i < list->n && n < AUTH_DEMO_MAX; i++) {
        const Json *item = json_at(list, i);
        const DirPerson *p = demo_person(app_directory(auth->app), json_get(item, STR("person")));
        Str login = json_get_str(item, STR("login"));
        if (!p || !is_login(login))
            return err_at(err, RC_INVALID, path.p, "account %zu has no login or names nobody", i + 1);
        accounts[n++] = (AuthDemo){ login, p->id, p->name, json_get_str(item, STR("role")) };
    }
    *ret = accounts;
    *ret_n = n;
    return RC_OK;
}

Rc auth_demo_accounts(Auth *auth, Arena *arena, const AuthDemo **ret, size_t *ret_n, Str *ret_password, Err *err)
{
    AuthDemo *accounts = NULL;
    size_t n = 0;
    Str secret;
    if (!app_is_demonstration(auth->app))
        return err_set(err, RC_DENIED, "these data are no demonstration, so there are no accounts to give away");
    TRY(read_demo(auth, arena, &accounts, &n, err));
    Str password = arena_printf(arena, "demo-%.*s", STR_ARG(random_text(auth, arena, 4)));
    /* One digest for all: the password is shown to everybody anyway, and a start need not take seconds. */
    TRY(hash_password(auth, arena, password, &secret, err));
    DbValue *rows = ARENA_ARRAY(arena, DbValue, 6 * (n + 1));
    for (size_t i = 0; i < n; i++)
        account_row(auth, &rows[6 * i], accounts[i].person, accounts[i].login, secret);
    if (n > 0)
        TRY(sequencer_run(auth->sequencer, write_accounts, &(AccountRows){ rows, n }, err));
    *ret = accounts;
    *ret_n = n;
    *ret_password = password;
    return RC_OK;
}

/* ---- forms, log ---- */

void auth_form_token(const Auth *auth, Str cookie, char ret_token[AUTH_TOKEN_TEXT + 1])
{
    uint8_t mac[CRYPTO_DIGEST_SIZE];
    crypto_hmac(app_crypto(auth->app), (Str){ (const char *)auth->form_key, sizeof auth->form_key }, cookie, mac);
    auth_hex(mac, sizeof mac, ret_token);
}

void auth_log(Auth *auth, const char *what, Str address, const char *route)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Str path = app_path(arena, auth->data, "security.log");
    Str at = instant_print(arena, app_now(auth->app), 0);
    struct stat st;
    pthread_mutex_lock(&auth->log_lock);
    if (stat(path.p, &st) == 0 && st.st_size >= AUTH_LOG_MAX)
        (void)rename(path.p, app_path(arena, auth->data, "security.log.1").p);
    /* A log that cannot be written must not stop the office. */
    FILE *file = fopen(path.p, "ae");
    if (file) {
        (void)fchmod(fileno(file), 0600);
        fprintf(file, "%.*s %s %.*s %s\n", STR_ARG(at), what, STR_ARG(address), route);
        fclose(file);
    }
    pthread_mutex_unlock(&auth->log_lock);
}
