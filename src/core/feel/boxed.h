/* boxed.h - boxed expressions (DMN 1.5, 10.2) and types by name: what a decision model is made of besides plain text.
 *
 * A boxed expression is a tree whose leaves are FEEL texts. feel_parse_boxed() turns it into the same FeelExpr that a
 * text gives, so that there is one tree and one evaluator: a boxed context becomes a context, a boxed loop a loop, a
 * decision table one node with an index over its rows. Names bound by an outer part (a context's entries, a function's
 * parameters, an iterator) are seen by the parts inside, as in text.
 *
 * Everything here is plain data owned by whoever built it and must live as long as the expression. Limits: those of
 * feel.h for each text, nesting 200, tables of 10,000 rows and 64 columns, 4 MiB of text in one boxed expression. */
#ifndef YIFA_CORE_FEEL_BOXED_H
#define YIFA_CORE_FEEL_BOXED_H

#include "core/feel/feel.h"

/* ---- types ---- */

typedef enum FeelKind {
    FEEL_KIND_ANY,
    FEEL_KIND_BASIC, /* `basic` says which */
    FEEL_KIND_LIST,
    FEEL_KIND_CONTEXT,
    FEEL_KIND_RANGE,
    FEEL_KIND_FUNCTION
} FeelKind;

typedef struct FeelTypeDef FeelTypeDef;

typedef struct FeelMember {
    Str name;                /* of a context's entry or a function's parameter; may be empty in function types */
    const FeelTypeDef *type; /* NULL: any */
} FeelMember;

/* A type: immutable, shared freely. A named one is an item definition of a model. */
struct FeelTypeDef {
    Str name; /* empty unless it has one */
    FeelKind kind;
    FeelType basic;            /* FEEL_KIND_BASIC; FEEL_NULL is the type Null */
    bool any_members;          /* plain list, context, range or function: nothing is said about members */
    const FeelMember *members; /* list and range: the one; context: entries; function: parameters, then the result */
    size_t n;
    const FeelExpr *allowed; /* unary tests that a value must pass (of a list: each item), or NULL */
    const FeelExpr *whole;   /* unary tests that the value as a whole must pass (DMN 1.5 typeConstraint), or NULL */
    const FeelTypeDef *base; /* a type whose constraints, and those of its base, hold too, or NULL */
};

/* Makes a type known by name (which may contain spaces, and a dot where it is imported: "model.type") in a scope. The
 * type is kept by reference: types that name each other are added first and filled in then. */
void feel_scope_add_type(FeelScope *scope, Str name, const FeelTypeDef *type);
/* "number", "list<tPerson>", "context<a: string>", "function<number>->string": a built-in type or one of the scope. */
MUST_CHECK Rc feel_parse_type(Arena *arena, const FeelScope *scope, Str text, const FeelTypeDef **ret_type, Err *err);
/* Makes a value conform as DMN 1.5, 10.3.2.9.4 has it (a list of one for its item and the reverse, a date for a date
 * and time) and checks what is allowed. Else null, with *ret_reason saying what was wanted. A NULL type takes all. */
FeelValue feel_conform(const FeelTypeDef *type, FeelValue v, const FeelEnv *env, Arena *arena, Str *ret_reason);

/* ---- functions made outside FEEL text ---- */

/* A function with a context of its own: a decision service, a business knowledge model. Its arguments come in order of
 * the parameters and conform to their types; the result is made to conform too. */
typedef struct FeelNative {
    Str name; /* for reasons */
    const FeelMember *params;
    size_t n;
    const FeelTypeDef *result; /* NULL: any */
    FeelValue (*fn)(FeelEval *ev, void *ctx, const FeelValue *args, size_t n);
    void *ctx;
} FeelNative;
FeelValue feel_function(Arena *arena, const FeelNative *native); /* native not copied */
/* A function written in FEEL keeps the slots of the evaluation that made it (FeelEnv.slot, slot_in and ctx), so that it
 * reads the same values wherever it is called; they, the arena and the expression must live as long as it does. */
/* Makes a native callable by its name in a scope, like a host function. */
void feel_scope_add_native(FeelScope *scope, const FeelNative *native);
/* Evaluates within an evaluation in progress: shares its limits, arena, clock and trace; a null keeps its reason.
 * `slot`, `slot_in` and `ctx` of env serve the expression; its other members are not read. */
FeelValue feel_eval_in(FeelEval *ev, const FeelExpr *expr, const FeelEnv *env, FeelValue input);
/* An evaluation of its own that calls a function value; as feel_eval() otherwise. */
FeelValue feel_apply(FeelValue fn, const FeelValue *args, size_t n, const FeelEnv *env, Arena *arena, Str *ret_reason);
/* feel_conform within an evaluation in progress. */
FeelValue feel_conform_in(FeelEval *ev, const FeelTypeDef *type, FeelValue v);
/* Calls a function value; null with a reason when fn is no function. */
FeelValue feel_call(FeelEval *ev, FeelValue fn, const FeelValue *args, size_t n);

/* ---- decision tables (DMN 1.5, chapter 8) ---- */

typedef enum FeelHit {
    FEEL_HIT_UNIQUE,       /* U: at most one row; several are an error */
    FEEL_HIT_ANY,          /* A: all that match agree */
    FEEL_HIT_PRIORITY,     /* P: the one first in the order of the outputs' allowed values */
    FEEL_HIT_FIRST,        /* F */
    FEEL_HIT_RULE_ORDER,   /* R: all, in order of rows */
    FEEL_HIT_OUTPUT_ORDER, /* O: all, in order of the outputs' allowed values */
    FEEL_HIT_COLLECT,      /* C: all, in any order */
    FEEL_HIT_SUM,          /* C+ */
    FEEL_HIT_MIN,          /* C< */
    FEEL_HIT_MAX,          /* C> */
    FEEL_HIT_COUNT         /* C# */
} FeelHit;

/* Where a text stands, for messages: "rule 3, input 2" or "discretion.csv:7:4". May be empty. */
typedef struct FeelCell {
    Str text; /* empty: "-" for an input, null for an output */
    Str place;
} FeelCell;

typedef struct FeelTableInput {
    FeelCell expression;
    const FeelTypeDef *type; /* NULL: any */
    FeelCell allowed;        /* unary tests that the input must pass, or empty */
} FeelTableInput;

typedef struct FeelTableOutput {
    Str name; /* empty for a table's only output: its value is then no context */
    const FeelTypeDef *type;
    FeelCell allowed;  /* unary tests; their order is the priority of P and O */
    FeelCell standard; /* value when no row matches (default output entry), or empty */
    bool mark;         /* says which row it was (its id, its article): rows that differ only in it agree under A */
} FeelTableOutput;

typedef struct FeelTableRow {
    const FeelCell *cells; /* inputs, then outputs */
    Str label;             /* id or number, for messages and traces */
} FeelTableRow;

typedef struct FeelTable {
    Str name;  /* for messages */
    Str place; /* for messages, may be empty */
    FeelHit hit;
    const FeelTableInput *inputs;
    size_t n_inputs;
    const FeelTableOutput *outputs;
    size_t n_outputs;
    const FeelTableRow *rows;
    size_t n_rows;
} FeelTable;

/* What the constant cells of a table say without running it. */
typedef enum FeelFindingKind {
    FEEL_FINDING_OVERLAP,  /* rows[0] and rows[1] both match at `where`: under U, under A where they also differ */
    FEEL_FINDING_GAP,      /* of single-hit tables without default: no row matches at `where` */
    FEEL_FINDING_BARRED,   /* a cell of rows[0] names what is not allowed: `where` is `degree = "serius"` */
    FEEL_FINDING_UNCHECKED /* `where` is a msgid: what was left out */
} FeelFindingKind;

typedef struct FeelTableFinding {
    FeelFindingKind kind;
    Str table; /* its name */
    Str rows[2];
    size_t row; /* index of the last of these rows */
    Str where;  /* "amount in [5..10), degree = "serious""; empty: everywhere */
} FeelTableFinding;

/* Looks through all tables of an expression. Rows with other than constant cells are left out, and said so. Not called
 * gaps: null, dates before the first that the table names and, when all rows have ended, after the last, what lies
 * between neighbouring whole numbers (counts). At most some 100 findings a table; time is bounded, and what was not
 * looked at is a finding. */
size_t feel_check_tables(const FeelExpr *expr, Arena *arena, const FeelTableFinding **ret_findings);

/* ---- boxed expressions ---- */

typedef enum FeelBoxedKind {
    FEEL_BOXED_TEXT,       /* `text`: a literal expression */
    FEEL_BOXED_CONTEXT,    /* parts: entries; one without a name, last, is the result instead of the context */
    FEEL_BOXED_LIST,       /* parts: items (a relation is a list of contexts) */
    FEEL_BOXED_INVOCATION, /* parts: what is called, then arguments by name */
    FEEL_BOXED_FUNCTION,   /* params; parts: the body; none for kinds other than FEEL (external functions) */
    FEEL_BOXED_IF,         /* parts: if, then, else */
    FEEL_BOXED_FOR,        /* name of iterator in `iterator`; parts: in, return */
    FEEL_BOXED_SOME,       /* parts: in, satisfies */
    FEEL_BOXED_EVERY,
    FEEL_BOXED_FILTER, /* parts: in, match */
    FEEL_BOXED_TABLE   /* `table` */
} FeelBoxedKind;

typedef struct FeelBoxed FeelBoxed;
struct FeelBoxed {
    FeelBoxedKind kind;
    Str name;                /* of this part within its whole: an entry, an argument; else empty */
    const FeelTypeDef *type; /* the value is made to conform to it; NULL: any */
    FeelCell text;
    Str iterator;
    const FeelMember *params;
    size_t n_params;
    const FeelBoxed *parts;
    size_t n;
    const FeelTable *table;
};

/* As feel_parse(); err->place is the place of the text at fault, then ", line:column" within it. */
MUST_CHECK Rc feel_parse_boxed(Arena *arena, const FeelScope *scope, const FeelBoxed *boxed, FeelParseOptions options,
                               const FeelExpr **ret_expr, Err *err);

#endif
