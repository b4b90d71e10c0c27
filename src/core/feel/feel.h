/* feel.h - FEEL (DMN 1.5): the one expression language of rules, clocks, figures, documents and pages.
 *
 * Use: declare names in a FeelScope, feel_parse() an expression once, feel_eval() it often. Expressions and scopes live
 * in the arena given to them and are immutable afterwards, so any number of threads may evaluate one. A value is a
 * small immutable struct; what it points to lives in the evaluation's arena (or in the expression). Semantic errors (a
 * wrong type, a missing name, division by zero) are not Rc failures but null values that carry a diagnostic, which
 * feel_eval() gives as text.
 *
 * Limits: expression text 64 KiB, nesting 200; per evaluation 1,000,000 steps (or FeelEnv.max_steps), 200 functions
 * calling each other, lists of 1,000,000 items, strings of 1 MiB. Whatever an evaluation allocates is charged to its
 * steps, so that the default bounds time to seconds and the arena to some hundred MiB at the very worst; where
 * expressions are not trusted, give fewer steps. The deepest evaluation uses less than 2 MiB of stack. Ordinary guards
 * use the arena only; malloc is used by string(), string join(), replace() and the functions of case while they run. */
#ifndef YIFA_CORE_FEEL_FEEL_H
#define YIFA_CORE_FEEL_FEEL_H

#include "base/arena.h"
#include "base/date.h"
#include "base/dec.h"
#include "base/rc.h"

typedef enum FeelType {
    FEEL_NULL,
    FEEL_BOOL,
    FEEL_NUMBER,
    FEEL_STRING,
    FEEL_DATE,
    FEEL_TIME,
    FEEL_DATE_TIME,
    FEEL_DAYS_DURATION,   /* days and time duration */
    FEEL_MONTHS_DURATION, /* years and months duration */
    FEEL_LIST,
    FEEL_CONTEXT,
    FEEL_RANGE,
    FEEL_FUNCTION
} FeelType;

typedef struct FeelValue FeelValue;
typedef struct FeelList FeelList;
typedef struct FeelContext FeelContext;
typedef struct FeelRange FeelRange;
typedef struct FeelFunction FeelFunction;
typedef struct FeelTemporal FeelTemporal; /* time, date and time: fields, nanoseconds, zone */
typedef struct FeelExpr FeelExpr;
typedef struct FeelScope FeelScope;

struct FeelValue {
    uint8_t type;    /* FeelType */
    uint8_t scale;   /* FEEL_NUMBER inline: value = i * 10^-scale; 255: as.dec */
    uint16_t unused; /* null: guards n against other evaluations; else 0 */
    uint32_t n;      /* bytes of a string; for null: index of its diagnostic in the evaluation, 0 none */
    union {
        bool b;
        int64_t i; /* inline number; FEEL_DATE: days since 1970-01-01, within the years -999,999,999 to 999,999,999 */
        const Dec *dec;
        const char *s;
        int64_t ns; /* days duration in nanoseconds; with scale 9 in whole seconds, where 64 bits need it (292 years) */
        int64_t months;
        const FeelTemporal *t;
        const FeelList *list;
        const FeelContext *ctx;
        const FeelRange *range;
        const FeelFunction *fn;
    } as;
};

struct FeelList {
    size_t n;
    const FeelValue *items;
};

typedef struct FeelEntry {
    Str key;
    FeelValue value;
} FeelEntry;

struct FeelContext {
    size_t n;
    const FeelEntry *entries; /* in order of declaration, keys unique */
};

/* ---- values ---- */
FeelValue feel_null(void);
FeelValue feel_bool(bool b);
FeelValue feel_int(int64_t i);
FeelValue feel_dec(Arena *arena, Dec d); /* inlined when it fits */
FeelValue feel_str(Str s);               /* not copied */
FeelValue feel_date(Day day);
/* A date and time at a fixed offset; offset_minutes INT_MIN means local time without an offset. */
FeelValue feel_date_time(Arena *arena, Day day, int64_t ms_of_day, int offset_minutes);
FeelValue feel_days_duration_ms(int64_t ms);
FeelValue feel_list(Arena *arena, const FeelValue *items, size_t n); /* items not copied */
FeelValue feel_context(Arena *arena, const FeelEntry *entries, size_t n);

bool feel_is_true(FeelValue v);
bool feel_is_null(FeelValue v);
Dec feel_to_dec(FeelValue v);                          /* asserts FEEL_NUMBER */
Str feel_to_str(FeelValue v);                          /* asserts FEEL_STRING */
const FeelValue *feel_get(FeelValue context, Str key); /* NULL when absent or no context */
bool feel_equal(FeelValue a, FeelValue b);
const char *feel_type_name(FeelType type);
/* A FEEL literal that parses back to the value. */
Str feel_print(Arena *arena, FeelValue v);
/* What string() gives: strings without quotes. */
Str feel_display(Arena *arena, FeelValue v);

/* ---- scopes: which names an expression may use ---- */
FeelScope *feel_scope_new(Arena *arena, const FeelScope *parent); /* parent may be NULL */
/* Adds a name (may contain spaces) and returns its slot. Two names may share a slot (an id and a title-like name):
 * pass the slot of the first as `alias_of`, else -1. A name already in this scope gives its existing slot. Slots count
 * from 0 through parents first. */
int feel_scope_add(FeelScope *scope, Str name, int alias_of);
int feel_scope_find(const FeelScope *scope, Str name); /* slot or -1, parents included */
size_t feel_scope_slots(const FeelScope *scope);

/* A host function, registered into a scope by table: law's own functions come this way. */
typedef struct FeelEval FeelEval; /* one evaluation in progress */
typedef FeelValue (*FeelHostFn)(FeelEval *ev, const FeelValue *args, size_t n);
typedef struct FeelHost {
    const char *name;
    int min_args;
    int max_args;              /* -1: any number */
    const char *const *params; /* NULL-terminated names for named arguments, or NULL */
    FeelHostFn fn;
} FeelHost;
void feel_scope_add_host(FeelScope *scope, const FeelHost *table, size_t n);

/* ---- expressions ---- */
typedef struct FeelParseOptions {
    bool unary_tests; /* parse as unary tests over the implicit input `?` */
    /* Names not in scope: false makes them errors with a hint (the nearest known name); true lets them be looked up by
     * name at run time in contexts and, failing that, be null. Inside a filter, names are always looked up in the item
     * first. */
    bool dynamic_names;
} FeelParseOptions;

/* On RC_PARSE err->place is "line:column" within the text (from 1, in characters) and err->text says what was expected
 * and a hint. */
MUST_CHECK Rc feel_parse(Arena *arena, const FeelScope *scope, Str text, FeelParseOptions options,
                         const FeelExpr **ret_expr, Err *err);

/* Bit i of ret_bits is set when the expression reads slot i (slots above n_bits are ignored). For read plans. */
void feel_expr_slots(const FeelExpr *expr, bool *ret_used, size_t n);
Str feel_expr_text(const FeelExpr *expr);

typedef struct FeelEnv {
    /* Value of a slot; called at most once a slot and evaluation step, so make it cheap. May be NULL without slots. */
    FeelValue (*slot)(void *ctx, int slot, Arena *arena);
    void *ctx;      /* for `slot` */
    void *host;     /* for host functions: feel_host() */
    int64_t now_ms; /* now(), today() */
    int zone_minutes;
    uint32_t max_steps; /* 0: default */
} FeelEnv;

/* Evaluates. Never fails: limits reached give null with a reason. input is `?` of unary tests (else feel_null()). */
FeelValue feel_eval(const FeelExpr *expr, const FeelEnv *env, FeelValue input, Arena *arena, Str *ret_reason);
/* *ret_reason (which may be NULL) gets, when the result is null, why: the innermost diagnostic with the sub-expression
 * ("amount is missing", "division by zero in a / b"), else STR_NONE. */

/* For host functions. */
Arena *feel_arena(FeelEval *ev);
void *feel_host(FeelEval *ev);
const FeelEnv *feel_env(FeelEval *ev);
FeelValue feel_null_because(FeelEval *ev, const char *format, ...) PRINTF_LIKE(2, 3);
/* A host function that loops charges its work, about one step for 20 ns or 64 bytes, so that the step limit holds for
 * it too. False: the limit is reached; give feel_null() back at once. */
MUST_CHECK bool feel_charge(FeelEval *ev, size_t steps);
/* Equality as FEEL's = has it, charged. */
bool feel_equal_in(FeelEval *ev, FeelValue a, FeelValue b);
/* The fields of a date and time; with an offset *ret_offset_minutes is set, else it is INT_MIN. False for years beyond
 * what Day can hold, or another type. */
bool feel_to_date_time(FeelValue v, Day *ret_day, int64_t *ret_ms_of_day, int *ret_offset_minutes);
bool feel_to_date(FeelValue v, Day *ret_day); /* of a date or a date and time */
/* Whole numbers within 64 bits. */
bool feel_to_i64(FeelValue v, int64_t *ret);

#endif
