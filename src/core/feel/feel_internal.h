/* feel_internal.h - what the files of this room share; nothing outside may include it.
 *
 * How an expression lives: lex.c turns text into tokens on demand, because where a name ends depends on which names
 * the parser knows ("date and time" is one name, "a and b" is three tokens). parse.c and parse_value.c build Nodes into
 * one array; a child always stands before its parent, so the root is the last node. Names are resolved while parsing:
 * a scope's name becomes a slot number, a local one becomes (frames up, index in the frame), a built-in one becomes a
 * row of the built-in table. What can only be known at run time (entries of a filtered item) keeps its name.
 *
 * How it runs: eval.c walks the nodes. Each construct that binds names (for, some, every, a filter, a context, a
 * function's body) has one Frame holding its values, linked to the frame outside it. A frame is reused for all
 * iterations unless a function literal inside could capture it (NODE_CAPTURED). Everything allocated is charged to the
 * step counter, so that the step limit bounds time and memory alike. */
#ifndef YIFA_CORE_FEEL_FEEL_INTERNAL_H
#define YIFA_CORE_FEEL_FEEL_INTERNAL_H

#include <limits.h>

#include "base/buf.h"
#include "base/map.h"
#include "core/feel/boxed.h"
#include "core/feel/feel.h"

enum {
    FEEL_TEXT_MAX = 64 * 1024,        /* bytes of an expression */
    FEEL_NESTING_MAX = 200,           /* levels of an expression, and of values built by one */
    FEEL_ENTRIES_MAX = 2000,          /* entries of a context written out */
    FEEL_STEPS_MAX = 1000000,         /* default of FeelEnv.max_steps */
    FEEL_CALLS_MAX = 200,             /* functions calling functions */
    FEEL_LEVELS_MAX = 3000,           /* expression levels over all calls; bounds the C stack */
    FEEL_EVALS_MAX = 400,             /* feel_eval_in within feel_eval_in, as slots and natives do */
    FEEL_BOXED_MAX = 4 * 1024 * 1024, /* bytes of all texts of a boxed expression */
    FEEL_LIST_MAX = 1000000,          /* items of one list */
    FEEL_STRING_MAX = 1024 * 1024,    /* bytes of one string made by an expression */
    FEEL_REASONS_MAX = 256,           /* diagnostics kept by one evaluation */
    FEEL_NAME_PARTS_MAX = 24,         /* words and symbols in one name */
    FEEL_NAME_BYTES_MAX = 512,
    FEEL_INLINE_SCALE_MAX = 18,
    FEEL_SCALE_DEC = 255,
    FEEL_SCALE_SECONDS = 9, /* a days duration in whole seconds, because nanoseconds would exceed 64 bits */
    FEEL_BYTES_PER_STEP = 64
};

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_DAY    (INT64_C(86400) * NS_PER_SECOND)
#define NODE_NONE     (-1)

__extension__ typedef __int128 I128;

/* ---- the tree ---- */

typedef enum Op {
    OP_CONST,   /* a: constant */
    OP_SLOT,    /* a: slot */
    OP_LOCAL,   /* a: frames up, b: index */
    OP_ITEM,    /* a: name constant, b: frames up to the filter, c: what else the name may mean, or NODE_NONE */
    OP_MISSING, /* a: name constant; a name nobody knows */
    OP_INPUT,   /* ? */
    OP_BUILTIN, /* a: row; as a value */
    OP_HOST,    /* a: host index; as a value */
    OP_LIST,    /* items */
    OP_CONTEXT, /* pairs: key constant, value node; flag CONTEXT_RESULT */
    OP_RANGE,   /* a, b: ends or NODE_NONE; flags RANGE_* */
    OP_NEG,     /* a */
    OP_ADD,     /* a, b; and so on */
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_POW,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_AND, /* items */
    OP_OR,
    OP_BETWEEN,  /* a between b and c */
    OP_IN,       /* c in tests (items) */
    OP_TESTS,    /* unary tests over the input (items); flag TESTS_NOT */
    OP_TEST_CMP, /* a compared by flags (an Op); only inside OP_IN, OP_TESTS */
    OP_TEST_ANY, /* "-" */
    OP_IF,       /* a then b else c */
    OP_FOR,      /* pairs: domain, range end or NODE_NONE; then, uncounted, the iterators' name constants; c: body */
    OP_SOME,
    OP_EVERY,
    OP_INSTANCE,     /* a instance of type b */
    OP_PATH,         /* a . name constant b */
    OP_FILTER,       /* a [b] */
    OP_CALL,         /* items: callee, arguments; c: first of the names' constants in lists, or NODE_NONE */
    OP_CALL_BUILTIN, /* items: arguments; c: row */
    OP_CALL_HOST,    /* items: arguments; c: host index */
    OP_FUNCTION,     /* pairs: name constant, type or NODE_NONE; c: body, or NODE_NONE when external */
    OP_CONFORM,      /* a made to conform to type b */
    OP_TABLE         /* a: index in tables */
} Op;

enum {
    RANGE_START_INCLUDED = 1,
    RANGE_END_INCLUDED = 2,
    RANGE_CONSTRUCTOR = 4, /* written with an operator: (>= 5) */
    TESTS_NOT = 1,
    LOOP_PARTIAL = 1,     /* the body reads `partial` */
    CONTEXT_RESULT = 1,   /* the last value is the result, not an entry */
    CALL_NAMED = 1,       /* of OP_CALL */
    FUNCTION_BOXED = 1,   /* of OP_FUNCTION: its text is the body's alone */
    CALL_BAD = 2,         /* of OP_CALL_BUILTIN: no overload takes these arguments; c is the first */
    NODE_USES_INPUT = 32, /* a unary test that says itself what it compares: "? > 5 and ..." */
    NODE_STRICT = 16,     /* boxed loops and filters: their condition must be a boolean */
    NODE_CAPTURED = 64    /* a function literal inside may keep this node's frame */
};

typedef struct Node {
    uint8_t op;
    uint8_t flags;
    uint16_t depth; /* levels below, at most FEEL_NESTING_MAX */
    uint32_t from;  /* text */
    uint32_t to;
    int32_t a; /* for "items": first in lists */
    int32_t b; /* for "items": how many entries of lists */
    int32_t c;
} Node;

typedef struct Table Table; /* table.h */

struct FeelExpr {
    Str text;
    const Node *nodes;
    int32_t root;
    const FeelValue *consts;
    const int32_t *lists;
    const FeelTypeDef **types;
    const FeelHost **hosts;
    const Table **tables;
    size_t n_nodes;
    size_t n_tables;
};

/* ---- scopes ---- */

typedef enum SymbolKind { SYMBOL_SLOT, SYMBOL_HOST, SYMBOL_NATIVE } SymbolKind;

typedef struct Symbol {
    SymbolKind kind;
    Str name;
    int slot;
    const FeelHost *host;
    const FeelNative *native;
} Symbol;

struct FeelScope {
    Arena *arena;
    const FeelScope *parent;
    Map names; /* spaces made single -> Symbol */
    Map types; /* the same -> FeelTypeDef */
    const Symbol **order;
    size_t n;
    size_t cap;
    size_t first_slot;
    size_t slots; /* of this scope alone */
    size_t max_parts;
    size_t type_parts; /* of the longest type name */
};

const FeelTypeDef *scope_type(const FeelScope *scope, Str name);
size_t scope_type_parts(const FeelScope *scope);
const Symbol *scope_symbol(const FeelScope *scope, Str name, bool want_function);
size_t scope_max_parts(const FeelScope *scope);

/* ---- tokens ---- */

typedef enum Tok {
    TOK_END,
    TOK_ERROR, /* reported already */
    TOK_WORD,  /* the first word of a name, or a keyword */
    TOK_NUMBER,
    TOK_STRING,
    TOK_AT, /* @"..." */
    TOK_PLUS,
    TOK_MINUS,
    TOK_STAR,
    TOK_SLASH,
    TOK_POWER,
    TOK_EQ,
    TOK_NE,
    TOK_LT,
    TOK_LE,
    TOK_GT,
    TOK_GE,
    TOK_LPAREN,
    TOK_RPAREN,
    TOK_LBRACKET,
    TOK_RBRACKET,
    TOK_LBRACE,
    TOK_RBRACE,
    TOK_COMMA,
    TOK_COLON,
    TOK_DOT,
    TOK_DOTDOT,
    TOK_ARROW
} Tok;

typedef struct Token {
    Tok kind;
    uint32_t from;
    uint32_t to;
    FeelValue value; /* number, string, literal after @ */
} Token;

typedef enum BinderKind { BIND_LOCAL, BIND_FILTER } BinderKind;

/* Names bound by one construct while it is being parsed; one Frame at run time. */
typedef struct Binder {
    struct Binder *up;
    BinderKind kind;
    bool captured;
    size_t max_parts;
    Str *names;
    size_t n;
    size_t cap;
} Binder;

typedef struct Parser {
    Arena *arena;
    const FeelScope *scope;
    FeelParseOptions options;
    Str text;      /* up to the end of the part being read */
    uint32_t base; /* where that part begins; not 0 in boxed expressions */
    Str place;     /* of that part */
    char *whole;   /* storage of `text` where it is put together from parts */
    size_t whole_cap;
    Err *err;
    Rc rc;
    Token tok;
    uint32_t last_to; /* where the token before tok ended */
    int nesting;
    int32_t ready;  /* a value already read, which the next call for one gives out; else NODE_NONE */
    bool range_end; /* reading what stands before a range's closing bracket */
    size_t inputs;  /* how many ? were read that belong to no inner "in" */
    Binder *binder;
    Node *nodes;
    size_t n_nodes, cap_nodes;
    FeelValue *consts;
    size_t n_consts, cap_consts;
    int32_t *lists;
    size_t n_lists, cap_lists;
    const FeelTypeDef **types;
    size_t n_types, cap_types;
    const FeelHost **hosts;
    size_t n_hosts, cap_hosts;
    const Table **tables;
    size_t n_tables, cap_tables;
} Parser;

/* Nodes gathered for a list; they go into the parser's lists at once, so that a node's items stay together. */
typedef struct Items {
    int32_t *p;
    size_t n;
    size_t cap;
} Items;

/* lex.c */
bool lex_next(Parser *p); /* false: an error was reported */
void lex_rewind(Parser *p, Token tok, uint32_t last_to);
uint32_t lex_skip_space(Str text, uint32_t at);
bool lex_name_start(uint32_t code_point);
bool lex_name_part(uint32_t code_point);
bool lex_keyword(Str word); /* words that end a name nobody knows */
bool lex_is(const Parser *p, const char *word);
bool lex_same_letters(Str a, Str b);     /* but for ASCII upper and lower case */
const char *lex_keyword_meant(Str word); /* the keyword it is but for the case of letters, or NULL */

/* The parts of a name (words and the symbols . / - ' + *) that may start at the current word. */
typedef struct NameParts {
    uint32_t from;
    uint32_t ends[FEEL_NAME_PARTS_MAX];
    bool is_word[FEEL_NAME_PARTS_MAX];
    size_t n;
} NameParts;
void lex_name_parts(Str text, uint32_t from, size_t max, NameParts *ret);
/* The text from..to with runs of white space made single; in `storage` only where that differs from the text. */
Str lex_name_text(Str text, uint32_t from, uint32_t to, char storage[static FEEL_NAME_BYTES_MAX]);
/* A name as scopes keep it. */
Str lex_normal_name(Arena *arena, Str name, size_t *ret_parts);

/* parse.c: errors, nodes, the levels of operators. Functions that return a node return NODE_NONE after an error. */
PRINTF_LIKE(3, 4) int32_t parse_fail(Parser *p, uint32_t at, const char *format, ...);
int32_t parse_expected(Parser *p, const char *what);
uint32_t parse_here(const Parser *p);                   /* where the node now to be read begins */
bool parse_need(Parser *p, Tok kind, const char *what); /* consumes it */
bool parse_need_word(Parser *p, const char *word);
int32_t parse_node(Parser *p, Node node);
int32_t parse_items(Parser *p, Node node, const int32_t *items, size_t n); /* sets a and b */
int32_t parse_const(Parser *p, FeelValue value);
int32_t parse_const_node(Parser *p, FeelValue value, uint32_t from);
int32_t parse_list_add(Parser *p, const int32_t *items, size_t n);
bool parse_enter(Parser *p);
void parse_leave(Parser *p);
int32_t parse_expression(Parser *p);
int32_t parse_sum(Parser *p); /* the level below comparisons */
int32_t parse_positive_test(Parser *p);
bool parse_tests(Parser *p, Items *ret_items); /* tests up to a closing parenthesis or the end */
int32_t parse_unary_tests(Parser *p);          /* OP_TESTS, or OP_TEST_ANY for "-" */
bool parse_compare_op(Tok kind, Op *ret_op);

/* parse_value.c: literals, lists, ranges, paths and filters */
int32_t parse_postfix(Parser *p);
/* The token is "..", the start has been read. */
int32_t parse_range_rest(Parser *p, uint32_t from, bool start_included, int32_t start);

/* parse_name.c */
int32_t parse_name(Parser *p);
/* Words up to a keyword or symbol: a name that need not be known. */
bool parse_plain_name(Parser *p, Str *ret_name);
/* The same if a colon follows; else consumes nothing. *ret_name is empty when there is none. */
bool parse_label(Parser *p, Str *ret_name);
int32_t parse_bind(Parser *p, Str name); /* in the innermost binder; returns its index */
void parse_push(Parser *p, Binder *binder, BinderKind kind);
uint8_t parse_pop(Parser *p); /* the flag to put on the binding node */

/* parse_bind.c: for, some, every, functions, contexts, calls */
int32_t parse_for(Parser *p);
int32_t parse_quantified(Parser *p, Op op);
int32_t parse_function(Parser *p);
int32_t parse_context(Parser *p);
int32_t parse_call(Parser *p, int32_t callee, uint32_t from);
typedef struct Arguments {
    Items nodes;
    Str *names; /* empty where positional */
    size_t n_names;
    size_t cap_names;
    bool named;
} Arguments;
int32_t parse_call_with(Parser *p, int32_t callee, uint32_t from, Arguments *args);
void parse_capture(Parser *p); /* a function begins here: frames outside it may outlive their construct */
/* A body bound by the nodes from first_node on reads `partial`. */
bool parse_names_partial(const Parser *p, size_t first_node);
/* A loop's node; the names of its iterators follow its pairs in the lists. */
int32_t parse_loop(Parser *p, Node node, const int32_t *pairs, size_t n);

/* parse_type.c: an index in types, or NODE_NONE after an error */
int32_t parse_type(Parser *p);
const FeelTypeDef *parse_type_def(Parser *p); /* NULL after an error */
int32_t parse_type_index(Parser *p, const FeelTypeDef *type);
/* parse.c */
const FeelExpr *parse_finish(Parser *p, int32_t root);

/* boxed.c: one text of a boxed expression, read among the names bound so far. Node places count in the text of the
 * whole, which is all its texts one after the other. NODE_NONE after an error, whose place begins with the cell's. */
int32_t boxed_text(Parser *p, FeelCell cell);                            /* an expression */
int32_t boxed_tests(Parser *p, FeelCell cell);                           /* unary tests; OP_TEST_ANY when empty */
int32_t boxed_conform(Parser *p, int32_t node, const FeelTypeDef *type); /* the node itself when type is NULL */
/* table.c */
int32_t table_parse(Parser *p, const FeelTable *table); /* OP_TABLE */
FeelValue eval_table(FeelEval *ev, const Node *node);

/* ---- running ---- */

typedef enum Truth { NO, YES, UNKNOWN } Truth;

/* Where the values of slots come from: the part of FeelEnv that a function value takes along. */
typedef struct Slots {
    FeelValue (*get)(void *ctx, int slot, Arena *arena);
    FeelValue (*get_in)(FeelEval *ev, void *ctx, int slot);
    void *ctx;
} Slots;

typedef struct Frame {
    struct Frame *up;
    FeelValue *values;
} Frame;

typedef struct Reason {
    const char *text; /* msgid of FeelReason */
    const Str *args;
    size_t n_args;
    const FeelExpr *expr;
    uint32_t from;
    uint32_t to;
    bool note;
} Reason;

struct FeelEval {
    const FeelExpr *expr;
    const FeelEnv *env; /* its clock, host and limits; slots are read from `slots` */
    Slots slots;
    Arena *arena;
    FeelValue input;
    Frame *frame;
    int32_t node; /* being evaluated, for host functions' reasons */
    uint32_t steps_left;
    uint32_t max_steps;
    int levels;
    int calls;
    int evals;
    bool stopped; /* a limit was reached: everything returns null at once */
    const FeelTrace *trace;
    Reason *reasons;
    size_t n_reasons;
};

typedef FeelValue (*BuiltinFn)(FeelEval *ev, const FeelValue *args, size_t n);

/* A built-in is only called with arguments of the types it names, one letter each: s string, n number, i whole number
 * (I: when given, not null),
 * b boolean, l list (anything else becomes a list of one), c context, f function, d date, p date or date and time,
 * m years and months duration, v anything but null, a anything, * any number of anything. */
typedef struct Builtin {
    const char *name;
    const char *params; /* names separated by commas */
    const char *types;
    int min_args;
    int max_args; /* -1: any number, or one list */
    BuiltinFn fn;
} Builtin;

typedef enum FunctionKind { FUNCTION_BUILTIN, FUNCTION_HOST, FUNCTION_CLOSURE, FUNCTION_NATIVE } FunctionKind;

struct FeelFunction {
    FunctionKind kind;
    const Builtin *builtin;
    const FeelHost *host;
    const FeelNative *native;
    const FeelExpr *expr; /* closures */
    int32_t node;
    Frame *frame;
    Slots slots;
};

struct FeelRange {
    FeelValue start; /* null: unbounded */
    FeelValue end;
    bool start_included;
    bool end_included;
    bool constructor; /* written with an operator; two equal ends that are not included mean != */
};

/* A time or a date and time. With an offset the instant is known; a time of day in a zone with summer time has none. */
struct FeelTemporal {
    int64_t day;      /* date and time only */
    int64_t ns;       /* of the day */
    int32_t offset_s; /* FEEL_NO_OFFSET: local */
    Str zone;         /* IANA id or empty */
};
#define FEEL_NO_OFFSET INT32_MIN

/* reason.c */
/* Null with a reason. The text is constant and a msgid: tools/po_extract finds it as the argument of these. "{}" in it
 * stands for the sub-expression; without one, " in ..." is added. */
FeelValue eval_null(FeelEval *ev, const char *text);
FeelValue eval_stopped(FeelEval *ev); /* once a limit was reached: the null with that reason */
FeelValue eval_null_of(FeelEval *ev, FeelValue cause, const char *text); /* the cause's own reason if it has one */
/* The same where null is the answer and no error. */
FeelValue eval_note(FeelEval *ev, const char *text);
FeelValue eval_note_of(FeelEval *ev, FeelValue cause, const char *text);
FeelValue eval_as_note(FeelEval *ev, FeelValue v); /* of a null just made with a reason */
/* Nulls that name the types of two values, with a hint where people often mean something else. */
FeelValue eval_not_comparable(FeelEval *ev, FeelValue a, FeelValue b);
FeelValue eval_not_defined(FeelEval *ev, Op op, FeelValue a, FeelValue b);
FeelValue eval_no_range(FeelEval *ev, FeelValue start, FeelValue end);
FeelValue eval_stop(FeelEval *ev, const char *text); /* a limit: everything becomes null */
FeelValue eval_stop_with(FeelEval *ev, const char *text, const Str *args, size_t n_args);
FeelReason eval_reason(const FeelEval *ev, FeelValue v);
/* For the trace, which must be there. */
void eval_entered(FeelEval *ev, int32_t node);
void eval_entered_test(FeelEval *ev, int32_t node); /* shown also where it is a literal */
void eval_left(FeelEval *ev, FeelValue v);
void eval_skipped(FeelEval *ev, int32_t node); /* not evaluated, because the value is settled without it */
/* eval.c */
FeelValue eval_node(FeelEval *ev, int32_t node);
bool eval_charge(FeelEval *ev, size_t steps);                     /* false when the step limit is reached */
FeelValue *eval_items(FeelEval *ev, size_t n);                    /* room for n values, charged; NULL beyond a limit */
FeelValue eval_string(FeelEval *ev, const char *bytes, size_t n); /* copied, charged */
Truth eval_equal(FeelEval *ev, FeelValue a, FeelValue b);         /* charged */
const FeelValue *eval_entry(FeelEval *ev, FeelValue context, Str name); /* charged */
FeelValue eval_truth(FeelEval *ev, Truth truth, const char *why_unknown);
/* eval_op.c */
FeelValue eval_arith(FeelEval *ev, Op op, FeelValue a, FeelValue b);
FeelValue eval_negate(FeelEval *ev, FeelValue a);
FeelValue eval_compare(FeelEval *ev, Op op, FeelValue a, FeelValue b);
FeelValue eval_logic(FeelEval *ev, const Node *node);
FeelValue eval_between(FeelEval *ev, FeelValue v, FeelValue low, FeelValue high);
FeelValue eval_in(FeelEval *ev, const Node *node);
FeelValue eval_tests(FeelEval *ev, const Node *node);
Truth eval_is_in(FeelEval *ev, FeelValue value, FeelValue test);
Truth eval_test(FeelEval *ev, FeelValue value, int32_t node); /* one of a list of unary tests; the value is the input */
/* eval_type.c */
bool eval_instance(FeelEval *ev, FeelValue v, const FeelTypeDef *type);
FeelValue eval_conform(FeelEval *ev, const Node *node);
/* feel_conform_in; `what` (a parameter, an output) is named in the reason. */
FeelValue eval_conform_as(FeelEval *ev, const FeelTypeDef *type, FeelValue v, Str what);
/* eval_path.c */
FeelValue eval_path(FeelEval *ev, FeelValue v, Str name);
FeelValue eval_filter(FeelEval *ev, const Node *node);
/* eval_loop.c */
FeelValue eval_for(FeelEval *ev, const Node *node);
FeelValue eval_quantified(FeelEval *ev, const Node *node);
/* eval_call.c */
FeelValue eval_call(FeelEval *ev, const Node *node);
FeelValue eval_call_builtin(FeelEval *ev, const Node *node);
FeelValue eval_call_host(FeelEval *ev, const Node *node);
FeelValue eval_call_function(FeelEval *ev, FeelValue fn, const FeelValue *args, size_t n);

/* builtin.c: the table of tables */
const Builtin *builtin_find(Str name);                          /* first row of that name */
const Builtin *builtin_for_count(const Builtin *row, size_t n); /* overload that takes n arguments, or NULL */
const Builtin *builtin_row(int32_t row);
int32_t builtin_index(const Builtin *row);
size_t builtin_count(void);
int builtin_param(const char *params, Str name); /* place of a parameter in "a,b,c", or -1 */
/* The overload that has all these parameters, and at least as many as it needs. */
bool builtin_named(const Builtin *row, const Str *names, size_t n, const Builtin **ret_row);
FeelValue builtin_call(FeelEval *ev, const Builtin *row, const FeelValue *args, size_t n);
/* The items of "f(list)" and of "f(a, b, c)" alike; `storage` serves the latter. */
const FeelList *builtin_items(const FeelValue *args, size_t n, FeelList *storage);

/* value.c */
/* FEEL's =: UNKNOWN for different types. *budget bounds the work; when it becomes 0 the answer is NO. */
Truth value_equal(FeelValue a, FeelValue b, size_t *budget);
/* Orders two values of one comparable type: *ret_order negative, 0, positive. */
bool value_order(FeelValue a, FeelValue b, int *ret_order);
int value_number_cmp(FeelValue a, FeelValue b);
FeelValue value_scaled(int64_t value, int scale);
FeelValue value_function(Arena *arena, FeelFunction fn);
bool value_is_list(FeelValue v);
bool value_to_i64(FeelValue v, int64_t *ret); /* whole numbers only */
FeelValue value_temporal(Arena *arena, FeelType type, FeelTemporal t);
FeelValue value_months(int64_t months);
bool value_days_duration(I128 ns, FeelValue *ret); /* false beyond the range */
I128 value_duration_ns(FeelValue v);
bool range_is_valid(const FeelRange *range);   /* ends of one comparable type, in order */
bool range_is_unequal(const FeelRange *range); /* (!= 5): all but its end */
Truth range_contains(const FeelRange *range, FeelValue v);

bool print_is_plain_key(Str key); /* print.c: it needs no quotes before a colon */

/* number.c: results are null (with a reason) on overflow */
FeelValue number_arith(FeelEval *ev, Op op, FeelValue a, FeelValue b);
FeelValue number_neg(Arena *arena, FeelValue a);

/* temporal.c */
typedef struct Civil64 {
    int64_t year;
    int month;
    int day;
} Civil64;
#define FEEL_YEAR_MAX INT64_C(999999999)
bool temporal_day(Civil64 c, int64_t *ret_day); /* false unless it exists */
Civil64 temporal_civil(int64_t day);
bool temporal_day_in_range(int64_t day); /* within FEEL_YEAR_MAX */
int temporal_weekday(int64_t day);
bool temporal_add_months(int64_t day, int64_t months, int64_t *ret_day);
bool temporal_same_clock(const FeelTemporal *a, const FeelTemporal *b);
I128 temporal_instant(const FeelTemporal *t); /* ns, UTC if the offset is known else local */
FeelValue temporal_arith(FeelEval *ev, Op op, FeelValue a, FeelValue b);
/* temporal_text.c: literals after @ and arguments of date(), time(), ... */
bool temporal_parse(Arena *arena, Str text, FeelValue *ret); /* any kind */
bool temporal_parse_date(Str text, int64_t *ret_day);
bool temporal_parse_time(Arena *arena, Str text, FeelValue *ret);
bool temporal_parse_date_time(Arena *arena, Str text, FeelValue *ret);
bool temporal_parse_duration(Str text, FeelValue *ret);
/* Gives what has a zone its offset. A local time that the clocks skip moves forward; a time without a date has an
 * offset only where the zone keeps one for good. */
void temporal_locate(FeelTemporal *t, FeelType type);
void temporal_print(Buf *out, FeelValue v);
bool temporal_property(FeelEval *ev, FeelValue v, Str name, FeelValue *ret);

/* builtin tables, one for each builtin_*.c */
typedef struct BuiltinTable {
    const Builtin *rows;
    size_t n;
} BuiltinTable;
#define BUILTIN_TABLE(rows)         \
    {                               \
        (rows), ARRAY_LEN(rows) - 1 \
    } /* the last row is empty */
extern const BuiltinTable builtin_convert_table;
extern const BuiltinTable builtin_string_table;
extern const BuiltinTable builtin_list_table;
extern const BuiltinTable builtin_number_table;
extern const BuiltinTable builtin_stat_table;
extern const BuiltinTable builtin_temporal_table;
extern const BuiltinTable builtin_range_table;
extern const BuiltinTable builtin_context_table;
extern const BuiltinTable builtin_regex_table;

#endif
