/* feel.h - FEEL (DMN 1.5): the one expression language of rules, clocks, figures, documents and pages.
 *
 * Use: declare names in a FeelScope, feel_parse() an expression once, feel_eval() it often. Expressions and scopes live
 * in the arena given to them and are immutable afterwards, so any number of threads may evaluate one. A value is a
 * small immutable struct; what it points to lives in the evaluation's arena (or in the expression). Semantic errors (a
 * wrong type, a missing name, division by zero) are not Rc failures but null values that carry a diagnostic, which
 * feel_eval() gives as text.
 *
 * Limits: expression text 64 KiB, nesting 200; per evaluation 1,000,000 steps (or FeelEnv.max_steps), 200 functions
 * calling each other, 400 expressions needing each other (feel_eval_in of boxed.h), lists of 1,000,000 items, strings
 * of 1 MiB. Whatever an evaluation allocates is charged to its steps, so that the default bounds time to seconds and
 * the arena to some hundred MiB at the very worst; where expressions are not trusted, give fewer steps. The deepest
 * evaluation uses less than 2 MiB of stack. Ordinary guards use the arena only; malloc is used by string(), string
 * join(), the functions of case and of patterns while they run. */
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
/* What stands between the quotes of @"...": a date, a time, a date and time or a duration. False: it is none. */
bool feel_temporal(Arena *arena, Str text, FeelValue *ret);
typedef struct FeelEnds {
    FeelValue start; /* null: open */
    FeelValue end;
    bool start_included;
    bool end_included;
} FeelEnds;
/* False unless the ends are of one comparable type and in order. */
bool feel_range(Arena *arena, FeelEnds ends, FeelValue *ret);
bool feel_ends(FeelValue v, FeelEnds *ret); /* false when v is no range */

bool feel_is_true(FeelValue v);
bool feel_is_null(FeelValue v);
Dec feel_to_dec(FeelValue v);                          /* asserts FEEL_NUMBER */
Str feel_to_str(FeelValue v);                          /* asserts FEEL_STRING */
const FeelValue *feel_get(FeelValue context, Str key); /* NULL when absent or no context */
bool feel_equal(FeelValue a, FeelValue b);
const char *feel_type_name(FeelType type);
const char *feel_zone_version(void); /* release of the tz database that zones are computed with, such as "2025b" */
/* A FEEL literal that parses back to the value. */
Str feel_print(Arena *arena, FeelValue v);
/* The same for people, cut at the end of a character and ended with "..." where it is longer than max_bytes. */
Str feel_print_short(Arena *arena, FeelValue v, size_t max_bytes);
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
/* By another name. A name with a dot ("law.by") is hidden by a value that is called what stands before the dot. */
void feel_scope_add_host_as(FeelScope *scope, Str name, const FeelHost *host);

/* ---- expressions ---- */

/* Gives the wording of an English text in a language; where it may be NULL, that is English. */
typedef const char *(*FeelWording)(void *ctx, const char *msgid);

typedef struct FeelParseOptions {
    bool unary_tests; /* parse as unary tests over the implicit input `?` */
    /* Names not in scope: false makes them errors with a hint (the nearest known name); true lets them be looked up by
     * name at run time in contexts and, failing that, be null. Inside a filter, names are always looked up in the item
     * first. */
    bool dynamic_names;
    bool scan_tables;    /* decision tables without their index: to test that it changes nothing */
    FeelWording wording; /* of errors; may be NULL */
    void *wording_ctx;
} FeelParseOptions;

/* On RC_PARSE, and RC_LIMIT for what is nested too deep, err->place is "line:column" within the text (from 1, in
 * characters) and err->text says what was expected and a hint. */
MUST_CHECK Rc feel_parse(Arena *arena, const FeelScope *scope, Str text, FeelParseOptions options,
                         const FeelExpr **ret_expr, Err *err);

/* Bit i of ret_bits is set when the expression reads slot i (slots above n_bits are ignored). For read plans. */
void feel_expr_slots(const FeelExpr *expr, bool *ret_used, size_t n);
Str feel_expr_text(const FeelExpr *expr);
/* The expression as FEEL in one canonical form: spaces, comments and parentheses are those needed, named arguments of
 * built-in functions have become positional. Parsed in the same scope it gives the same tree, and prints the same. A
 * decision table, which has no text, prints as a call of its name. */
Str feel_expr_print(Arena *arena, const FeelExpr *expr);

/* A part of an expression: bytes from..to of a text, which may be that of a function called. */
typedef struct FeelPlace {
    Str source;
    uint32_t from;
    uint32_t to;
} FeelPlace;

/* Why a value is null. */
typedef struct FeelReason {
    const char *msgid; /* constant; NULL: there is no reason, null is the answer */
    const Str *args;   /* for the conversions of msgid, in order */
    size_t n_args;
    FeelPlace place; /* the sub-expression, which stands for "{}" in msgid */
    bool note;       /* null is the answer by FEEL's rules (`true and null`, an index beyond a list): this explains it,
                      * but nothing was wrong */
} FeelReason;

typedef enum FeelPart {
    FEEL_PART_PLAIN,
    FEEL_PART_LITERAL, /* it says its value itself */
    FEEL_PART_TEST     /* a unary test: its value is whether it holds */
} FeelPart;

/* What an evaluation does, told while it runs, for explanations. All four are given. */
typedef struct FeelTrace {
    void *ctx;
    void (*enter)(void *ctx, FeelPlace part, FeelPart kind);
    /* Of the part entered last and not yet left; of a null also why. */
    void (*leave)(void *ctx, FeelValue value, const FeelReason *reason);
    void (*skip)(void *ctx, FeelPlace part);      /* not evaluated, because the value is settled without it */
    void (*row)(void *ctx, Str table, Str label); /* a row of a decision table that matched */
} FeelTrace;

typedef struct FeelEnv {
    /* Value of a slot; called at most once a slot and evaluation step, so make it cheap. May be NULL without slots. A
     * null is an error: "amount is missing". */
    FeelValue (*slot)(void *ctx, int slot, Arena *arena);
    /* Instead of `slot`, where values are computed or null may be a value: its null is taken as it is, without a
     * reason (feel_null) or with one (feel_null_because, or a null that feel_eval_in or feel_call gave). */
    FeelValue (*slot_in)(FeelEval *ev, void *ctx, int slot);
    void *ctx;      /* for `slot` and `slot_in` */
    void *host;     /* for host functions: feel_host() */
    int64_t now_ms; /* now(), today() */
    int zone_minutes;
    uint32_t max_steps;     /* 0: default */
    const FeelTrace *trace; /* NULL: none */
} FeelEnv;

/* Evaluates. Never fails: limits reached give null with a reason. input is `?` of unary tests (else feel_null()). */
FeelValue feel_eval(const FeelExpr *expr, const FeelEnv *env, FeelValue input, Arena *arena, Str *ret_reason);
/* *ret_reason (which may be NULL) gets, when the result is null, why: the innermost diagnostic with the sub-expression
 * ("amount is missing", "division by zero in a / b"), else STR_NONE. */

/* As feel_eval(), with the reason in parts. */
FeelValue feel_eval_why(const FeelExpr *expr, const FeelEnv *env, FeelValue input, Arena *arena,
                        FeelReason *ret_reason);
/* The reason in words. Empty when there is no reason. */
FeelReason feel_reason_copy(Arena *arena, const FeelReason *reason); /* owes nothing to the evaluation */
Str feel_reason_text(Arena *arena, const FeelReason *reason, FeelWording wording, void *ctx);
/* Marks a text that reasons are made of for extraction. */
#define FEEL_WORD(msgid) msgid

/* For host functions. */
Arena *feel_arena(FeelEval *ev);
void *feel_host(FeelEval *ev);
const FeelEnv *feel_env(FeelEval *ev);
/* The format is constant and a msgid; of conversions it may have %s %.*s %d %u %zu %lld. A %s is a msgid too, or a word
 * that needs no wording. "{}" stands for the call's own text; without one, " in " and the call are added. */
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
