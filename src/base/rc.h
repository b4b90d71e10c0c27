/* rc.h - how every function here fails, and how resources clean themselves.
 *
 * A function that can fail returns Rc: 0 or a negative code. Outputs named ret_* are untouched on failure. The
 * caller's Err, always the last parameter, then says what happened and where; nothing is kept in globals, and nothing
 * below app/ logs. Err is a plain value of fixed size: it owns nothing and may be copied or dropped. */
#ifndef YIFA_BASE_RC_H
#define YIFA_BASE_RC_H

#include <stdarg.h>
#include <stddef.h>

typedef enum Rc {
    RC_OK = 0,
    RC_NOMEM = -1,     /* memory ran out */
    RC_LIMIT = -2,     /* a stated limit was reached; the message names it */
    RC_PARSE = -3,     /* text from outside is not well formed; the place is line:column or byte offset */
    RC_INVALID = -4,   /* well formed, but not allowed here */
    RC_NOT_FOUND = -5, /* the thing named does not exist */
    RC_CONFLICT = -6,  /* it exists already, or someone else was faster */
    RC_DENIED = -7,    /* the caller may not do this */
    RC_IO = -8,        /* file, socket or device */
    RC_DB = -9,        /* the database refused; the transaction is over */
    RC_CORRUPT = -10,  /* stored data contradicts itself */
    RC_BUSY = -11,     /* try again later; nothing was done */
    RC_FATAL = -12     /* durability is in doubt: the process must stop */
} Rc;

enum { ERR_TEXT_MAX = 512, ERR_PLACE_MAX = 192 };

typedef struct Err {
    Rc rc;
    char place[ERR_PLACE_MAX]; /* where: "packs/guanhu/laws.yaml:12:5", a table, a URL; may be empty */
    char text[ERR_TEXT_MAX];   /* what, and what to do */
} Err;

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Fills *err (which may be NULL) and returns rc, so that a failing path is one statement. Text beyond the buffer is
 * cut at a character boundary. */
Rc err_set(Err *err, Rc rc, const char *format, ...) PRINTF_LIKE(3, 4);

/* Same, with a place. */
Rc err_at(Err *err, Rc rc, const char *place, const char *format, ...) PRINTF_LIKE(4, 5);

/* Puts what the caller was doing before the cause: "loading pack: no such file". Returns err->rc, or rc without err. */
Rc err_wrap(Err *err, Rc rc, const char *format, ...) PRINTF_LIKE(3, 4);

/* A short English name of the code, for logs and machine-readable output: "not-found". */
const char *rc_name(Rc rc);

/* Returns early with the callee's code. */
#define TRY(expression)            \
    do {                           \
        Rc try_rc_ = (expression); \
        if (try_rc_ != RC_OK)      \
            return try_rc_;        \
    } while (0)

/* CLEANUP(fn) calls fn(&variable) when the variable leaves scope; fn must accept a pointer to NULL. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
