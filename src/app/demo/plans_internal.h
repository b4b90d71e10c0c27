/* plans_internal.h - a demonstration plan as read from YAML: days, variables, paths, steps, and the values of forms. */
#ifndef YIFA_APP_DEMO_PLANS_INTERNAL_H
#define YIFA_APP_DEMO_PLANS_INTERNAL_H

#include "app/demo/plans.h"

/* ---- values ---- */

typedef enum SpecKind {
    SPEC_TEXT, /* `text`, with {variables} in it */
    SPEC_VAR,  /* variable number `lo` of the path, keeping its type */
    SPEC_PICK, /* one of `items` (text, with variables), by `weights` when there are any */
    SPEC_BETWEEN,
    SPEC_LOGNORMAL,
    SPEC_CHANCE,  /* true in `lo` percent; with a part: that part in `lo` percent, else nothing */
    SPEC_DAY,     /* of the act, and `lo` to `hi` days more */
    SPEC_WORKDAY, /* the same in working days */
    SPEC_AT,      /* instant of the act, and `lo` to `hi` minutes more */
    SPEC_PERSON,  /* who does the act */
    SPEC_PERSONS, /* holders of the roles in `items`, all different */
    SPEC_UNIT,    /* by key */
    SPEC_HERE,    /* the unit of who does the act */
    SPEC_LIST,    /* of `parts` */
    SPEC_ROW,     /* of a table: `parts` are the columns, `items` their ids */
    SPEC_ROWS,    /* `lo` to `hi` times the one part */
    /* Of the matter: what it is about. `lo` is the how-manieth of its kind, so that a name and a number belong
     * together. */
    SPEC_PLACE,     /* of a kind in `items`, or any */
    SPEC_COMMUNITY, /* of an id, or any */
    SPEC_COMMUNITY_NAME,
    SPEC_COMMUNITY_UNIT,
    SPEC_BLOCK,
    SPEC_ORG,
    SPEC_PERSON_NAME,
    SPEC_PHONE,
    SPEC_ID_NUMBER,
    SPEC_DATE, /* of the act, in the pack's words */
    SPEC_RANK, /* of the matter in its plan, from 1 */
    /* Of all matters of the plan or path. */
    SPEC_SHARE, /* a part of the total `lo`, at least `hi` */
    SPEC_SERIAL /* from `lo` on */
} SpecKind;

typedef struct SpecValue SpecValue;
struct SpecValue {
    SpecKind kind;
    LawPlace at;
    Str text;
    const Str *items;
    const double *weights; /* NULL: evenly */
    const SpecValue *parts;
    size_t n; /* of items or parts */
    int64_t lo;
    int64_t hi;
    double median;
    double p90;
    int64_t round; /* to a multiple of; at least 1 */
    int64_t min;
    int64_t max;
};

typedef struct SpecVar {
    Str name;
    SpecValue value;
} SpecVar;

typedef struct SpecField {
    const LawField *field;
    SpecValue value;
} SpecField;

/* ---- time ---- */

typedef enum SpecSpan { SPAN_NONE, SPAN_MINUTES, SPAN_HOURS, SPAN_DAYS, SPAN_WORKDAYS } SpecSpan;

/* Minutes and hours are log-normal by median and p90, equal ones exact; days are even between both. */
typedef struct SpecAfter {
    SpecSpan span;
    double lo;
    double hi;
} SpecAfter;

typedef enum SpecWeights { WEIGHTS_WORKDAYS, WEIGHTS_EVERYDAY, WEIGHTS_APPEALS } SpecWeights;

typedef struct SpecBurst {
    Day from;
    Day to;
    double weight;
} SpecBurst;

typedef struct SpecDays {
    const Day *on; /* exact days; else drawn: */
    size_t n_on;
    Day from;
    Day to;
    SpecWeights weights;
    bool has_months;
    double months[12];
    double off_share; /* percent on days that are not worked; negative: as the weights have it */
    const SpecBurst *bursts;
    size_t n_bursts;
} SpecDays;

/* ---- what is done ---- */

typedef enum SpecActor { BY_ROLE, BY_SAME, BY_SYSTEM, BY_PUBLIC } SpecActor;

typedef struct SpecStep SpecStep;
struct SpecStep {
    LawPlace at;
    Str origin; /* file and line, for the troubles of a run */
    const LawAct *act;
    SpecActor by;
    Str role;
    const SpecValue *in; /* unit; NULL: any */
    SpecAfter after;
    bool duty; /* at any hour of any day */
    bool has_hours;
    int hours_from; /* minutes of the day */
    int hours_to;
    bool record;
    SpecAfter late;
    bool may_refuse;
    int chance; /* percent */
    int64_t repeat_lo;
    int64_t repeat_hi;
    SpecAfter repeat_after;
    Str of; /* correct, void: the act whose latest entry is meant */
    const SpecField *form;
    size_t n_form;
    /* Steps on the matter that this act sets off. */
    Str link;
    const SpecStep *spawned;
    size_t n_spawned;
};

typedef struct SpecPath {
    int64_t n;           /* matters */
    const SpecVar *vars; /* the plan's own first, in the order in which they are drawn */
    size_t n_vars;
    size_t n_shared;      /* of the plan */
    const SpecDays *days; /* of its own, or the plan's */
    const SpecStep *steps;
    size_t n_steps;
} SpecPath;

typedef struct PlanSpec {
    Str id;
    const LawProcedure *procedure;
    int64_t n;
    const SpecPath *paths;
    size_t n_paths;
} PlanSpec;

/* ---- reading (plans_read.c, plans_step.c, plans_value.c) ---- */

typedef struct SpecReader {
    const Demo *d;
    Arena *arena;
    const LawPack *pack;
    Str path;              /* inside the pack, for messages */
    Str file;              /* its name alone */
    const YamlNode *words; /* lists of the file's own; may be NULL */
    const SpecVar *vars;   /* what has been declared so far */
    size_t n_vars;
    /* Fields that the steps read so far have filled, of the matter at hand. */
    const LawField **filled;
    size_t n_filled;
    LawIssue *issues;
    size_t n_issues;
    size_t cap_issues;
} SpecReader;

LawPlace spec_at(const SpecReader *r, const YamlNode *node);
LawPlace spec_at_key(const SpecReader *r, const YamlPair *pair);
void spec_issue(SpecReader *r, LawPlace at, Str hint, const char *format, ...) PRINTF_LIKE(4, 5);
/* Complains about keys other than these (NULL ends the list). */
void spec_keys(SpecReader *r, const YamlNode *map, const char *const *known);
bool spec_int(SpecReader *r, const YamlNode *node, int64_t min, int64_t max, int64_t *ret);
/* Absent is false. */
bool spec_bool(SpecReader *r, const YamlNode *node);
bool spec_number(SpecReader *r, const YamlNode *node, double *ret);
/* One number, or [low, high]. */
bool spec_range(SpecReader *r, const YamlNode *node, double min, double max, double *ret_lo, double *ret_hi);
bool spec_role(SpecReader *r, const YamlNode *node);
/* "one, two, three", cut where it becomes too long. */
Str spec_listed(Arena *arena, const Str *names, size_t n);

/* Small letters, digits and _, so that {…} around anything else is plain text. */
bool spec_is_name(Str name);
/* What every matter has without its being declared: its community's name, the date of the act … */
bool spec_implicit(Str name, SpecKind *ret);
/* A declared variable, or one that every matter has; complains when there is none. */
bool spec_find_var(SpecReader *r, LawPlace at, Str name, SpecValue *ret);
bool spec_read_value(SpecReader *r, const YamlNode *node, SpecValue *ret);
/* Reads the value of a form's field and checks that it fits. */
bool spec_read_for_field(SpecReader *r, const LawField *field, const YamlNode *node, SpecValue *ret);

enum { SPEC_FILLED_MAX = 256 };
/* Steps on a matter of a procedure; `depth` 0: the first one opens it. */
void spec_read_steps(SpecReader *r, const LawProcedure *procedure, const YamlNode *list, int depth,
                     const SpecStep **ret, size_t *ret_n);

/* What a value becomes in a field, or NULL and what was expected. Text is converted by the field's type; lists and rows
 * item by item. */
const char *spec_convert(const Demo *d, Arena *arena, const LawField *field, Json value, Json *ret);
const char *spec_convert_row(const Demo *d, Arena *arena, const LawField *field, const Json *row, Json *ret);

/* ---- telling (plans_days.c, plans_draw.c, plans_tell.c) ---- */

/* n days in ascending order. */
void spec_days(const Demo *d, Chance *chance, const SpecDays *days, Day *ret, size_t n);

enum { CAST_MAX = 32, SPEC_WHO_MAX = 8 };

typedef struct CastPart {
    Str role;
    const StaffUnit *unit; /* NULL: any */
    size_t nth;            /* a second, third holder of the role */
    const StaffPerson *person;
} CastPart;

/* One matter while it is told. */
typedef struct Telling {
    Demo *d;
    const PlanSpec *spec;
    const SpecPath *path;
    Chance chance;
    size_t rank;            /* among the plan's matters, in order of time */
    size_t path_rank;       /* among those of its path */
    int64_t *const *shares; /* by variable: parts by rank or path rank; NULL: none */
    Json vars[SPEC_VARS_MAX];
    size_t n_vars; /* drawn so far */
    const Community *community;
    int32_t who[SPEC_WHO_MAX]; /* of the public; 0: not drawn yet */
    CastPart cast[CAST_MAX];
    size_t n_cast;
    /* The act for which values are drawn. */
    int64_t at;
    const StaffPerson *actor;
    const StaffUnit *in;
} Telling;

const Community *telling_community(Telling *t);
/* The holder of a role for this matter, the same every time; NULL when nobody holds it. */
const StaffPerson *telling_person(Telling *t, Str role, size_t nth);
/* Null when there is none. Text, whole number, list or object; spec_convert makes it a field's. */
Json telling_value(Telling *t, const SpecValue *v);
Json telling_form(Telling *t, const SpecStep *step);

#endif
