/* pack.h - a pack, loaded, checked and compiled: everything a jurisdiction's law and custom tell the engine.
 *
 * law_pack_load reads the files of docs/PACKS.md from memory, resolves every reference, compiles every expression and
 * reports every mistake it finds (not only the first) to a LawIssue list with path, line, column and a hint. A pack is
 * immutable after loading and lives in the arena given; any thread may use it. Limits: 2,000 files, 16 MiB in all,
 * 200 fields, 100 acts, 64 clocks and 64 stages a procedure, 4,000 rules. */
#ifndef YIFA_CORE_LAW_PACK_H
#define YIFA_CORE_LAW_PACK_H

#include "base/arena.h"
#include "base/date.h"
#include "base/map.h"
#include "base/rc.h"
#include "core/feel/feel.h"
#include "core/law/calendar.h"
#include "lib/fmt/json.h"

typedef struct LawFile {
    Str path; /* inside the pack, '/' as separator */
    Str bytes;
} LawFile;

typedef struct LawPlace {
    Str path;
    int line;
    int col;
} LawPlace;

typedef struct LawIssue {
    LawPlace at;
    Str text;
    Str hint; /* what to do; may be empty */
} LawIssue;

typedef struct LawBasis {
    const struct LawLaw *law; /* NULL for a platform's term */
    Str article;              /* key in law->articles, as written: the pack's words */
    Str quote;
} LawBasis;

typedef struct LawLaw {
    Str id;
    Str title;
    Str full;
    Str version;
    Day from;
    Map articles; /* article -> Str* quote */
} LawLaw;

typedef enum LawEffect { LAW_RECORD, LAW_WARN, LAW_BLOCK } LawEffect;

typedef struct LawRule {
    Str id;
    Str title;
    Str applies_text;
    Str check_text;
    Str got_text; /* empty: none */
    LawEffect effect;
    LawBasis basis;
    Str say;
    Str cure;
    Str field;  /* form field at which it shows, may be empty */
    Str source; /* id in the catalogue of rules, may be empty */
    Str note;   /* for a rule that no law sets: who does; may be empty */
    LawPlace at;
} LawRule;

typedef enum LawType {
    LAW_TEXT,
    LAW_LONGTEXT,
    LAW_INT,
    LAW_DECIMAL,
    LAW_MONEY,
    LAW_BOOL,
    LAW_DAY,
    LAW_INSTANT,
    LAW_CHOICE,
    LAW_CHOICES,
    LAW_PERSON,
    LAW_PERSONS,
    LAW_UNIT,
    LAW_ITEM,
    LAW_TABLE
} LawType;

typedef struct LawOption {
    Str id;
    Str title;
} LawOption;

typedef struct LawField {
    Str id;
    Str name; /* FEEL name beside the id, may be empty */
    Str title;
    LawType type;
    Str personal; /* role of the subject it is about; empty: not personal */
    bool is_public;
    Str identifies; /* kind of blind index ("phone") that finds the same person again; empty: none */
    bool indexed;
    bool has_min;
    int64_t min;
    bool has_max;
    int64_t max; /* for texts: characters, default 200 (text) or 4,000 (longtext) */
    const LawOption *options;
    size_t n_options;
    Str catalogue;                  /* LAW_ITEM */
    const struct LawField *columns; /* LAW_TABLE */
    size_t n_columns;
    int slot;
    LawPlace at;
} LawField;

typedef struct LawStage {
    Str id;
    Str title;
    bool end;
    Str outcome; /* of an end stage, may be empty */
} LawStage;

/* An expression that some part of a procedure evaluates, compiled against the procedure's scope. */
typedef struct LawExpr {
    const FeelExpr *expr; /* NULL: absent */
} LawExpr;

typedef struct LawFormField {
    const LawField *field;
    bool required;
    LawExpr required_when;
    LawExpr preset; /* default offered by the form */
    Str note;
} LawFormField;

typedef struct LawSet {
    const LawField *field;
    LawExpr value;
} LawSet;

/* A rule as used by one procedure: its expressions compiled against that procedure's scope. */
typedef struct LawRuleUse {
    const LawRule *rule;
    LawExpr applies;
    LawExpr check;
    LawExpr got;
} LawRuleUse;

/* Opens another matter, or performs an act on linked ones, after this act. */
typedef struct LawFollow {
    Str procedure; /* spawn: of the new matter; signal: empty */
    Str act;
    Str link; /* spawn: kind of the new link; signal: kind of the links followed */
    LawExpr when;
    const Str *set_ids; /* fields of the other matter's form */
    const LawExpr *set_values;
    size_t n_set;
} LawFollow;

typedef struct LawNumber {
    Str series; /* empty: none */
    Str text;   /* with {year} and {n} */
} LawNumber;

typedef struct LawDocument {
    Str id;
    Str title;
    LawNumber number;
    Str template;
} LawDocument;

typedef struct LawSheet {
    Str id;
    Str title;
    int digits;
} LawSheet;

typedef enum LawActKind {
    LAW_ACT_PLAIN,
    LAW_ACT_OPEN,
    LAW_ACT_CORRECT,
    LAW_ACT_VOID,
    LAW_ACT_REOPEN,
    LAW_ACT_MERGE,
    LAW_ACT_UNMERGE
} LawActKind;

/* What an act needs loaded before it is decided, found at load from the names its expressions use. */
typedef struct LawReadPlan {
    bool clocks; /* clocks besides those the act itself touches */
    bool links;
    bool history;
    bool persons; /* persons named in fields */
} LawReadPlan;

typedef struct LawAct {
    Str id;
    Str title;
    Str say;
    LawActKind kind;
    uint64_t from; /* bit i: allowed in stage i */
    int to;        /* index of the stage, -1: stays */
    const Str *by; /* roles */
    size_t n_by;
    bool by_public;
    bool by_system;
    LawExpr when;
    const LawFormField *form;
    size_t n_form;
    const LawSet *set;
    size_t n_set;
    const LawRuleUse *rules;
    size_t n_rules;
    bool numbers; /* allots the matter's number */
    const LawDocument *const *documents;
    size_t n_documents;
    const LawFollow *spawn;
    size_t n_spawn;
    const LawFollow *signal;
    size_t n_signal;
    /* Clocks, by index in the procedure; bits. */
    uint64_t starts;
    uint64_t stops;
    uint64_t pauses;
    uint64_t resumes;
    uint64_t cancels;
    uint64_t extends;
    LawReadPlan reads;
    LawPlace at;
} LawAct;

typedef enum LawUnit {
    LAW_MINUTES,
    LAW_HOURS,
    LAW_WORKING_HOURS,
    LAW_DAYS,
    LAW_WORKING_DAYS,
    LAW_MONTHS,
    LAW_YEARS
} LawUnit;

enum { LAW_WARN_MAX = 4 };

typedef struct LawClock {
    Str id;
    Str title;
    int32_t length;
    LawExpr length_of; /* overrides length when present */
    LawUnit unit;
    bool roll;
    LawBasis basis;
    Str note;
    LawExpr extend_by;
    int warn_percent[LAW_WARN_MAX]; /* ascending */
    size_t n_warn;
    Str due_act;            /* act the system performs at the due instant, may be empty */
    const LawRule *overdue; /* NULL: no finding */
    LawPlace at;
} LawClock;

typedef struct LawProcedure {
    Str id;
    Str title;
    Str noun;
    Str section; /* heading under which people find it; may be empty */
    Str family;  /* what it inherits from; empty: nothing */
    const LawBasis *basis;
    size_t n_basis;
    LawExpr title_of;
    LawExpr kind_of;
    LawNumber number;
    int unit_field;    /* index or -1 */
    int handler_field; /* index or -1 */
    bool public_code;
    bool intake;
    const LawField *fields;
    size_t n_fields;
    const LawStage *stages;
    size_t n_stages;
    const LawAct *acts;
    size_t n_acts;
    const LawClock *clocks;
    size_t n_clocks;
    const LawDocument *documents;
    size_t n_documents;
    const LawSheet *sheets;
    size_t n_sheets;
    /* Scope: slots 0..n_fields-1 are the fields; then n_lets derived names; then LAW_STD_COUNT standard names from
     * slot_std; then parameters and catalogues from slot_pack. */
    FeelScope *scope;
    size_t n_slots;
    const LawExpr *lets; /* values of slots n_fields.. */
    size_t n_lets;
    int slot_std;
    int slot_pack;
    const struct LawFigureUse *figures; /* figures that look at this procedure */
    size_t n_figures;
    LawPlace at;
} LawProcedure;

/* Order of the standard names after the derived ones; law_standard_names[] has their spelling. */
typedef enum LawStd {
    LAW_STD_TODAY,
    LAW_STD_AS_OF,
    LAW_STD_ACT_DAY,
    LAW_STD_ACT_TIME,
    LAW_STD_NOW_TIME,
    LAW_STD_MODE,
    LAW_STD_STAGE,
    LAW_STD_OPENED_DAY,
    LAW_STD_CLOSED_DAY,
    LAW_STD_OUTCOME,
    LAW_STD_NUMBER,
    LAW_STD_ACTOR,
    LAW_STD_HEAD,
    LAW_STD_JURISDICTION,
    LAW_STD_CLOCKS,
    LAW_STD_LINKS,
    LAW_STD_HISTORY,
    LAW_STD_COUNT
} LawStd;
extern const char *const law_standard_names[LAW_STD_COUNT];

/* A ratio and a parameter count nothing themselves. */
typedef enum LawCount {
    LAW_COUNT_MATTERS,
    LAW_COUNT_DISTINCT,
    LAW_COUNT_SUM,
    LAW_COUNT_RATIO,
    LAW_COUNT_PARAMETER
} LawCount;

typedef struct LawFigure {
    Str id;
    Str title;
    LawCount count;
    bool outcome;
    Str unit;
    Str format; /* int, percent2, floor10, money (fen, shown in yuan), area (m2, shown in 10,000 m2) */
    Str note;
    const struct LawFigure *numerator; /* ratio */
    const struct LawFigure *denominator;
    int64_t parameter; /* the value of a parameter, in the figure's unit */
    Str definition;    /* canonical text whose digest names the definition */
    int index;         /* in pack->figures */
    LawPlace at;
} LawFigure;

typedef struct LawFigureUse {
    const LawFigure *figure;
    LawExpr where;
    LawExpr key;
    LawExpr value;
    LawExpr period;
    LawExpr dim;
} LawFigureUse;

typedef struct LawReportFigure {
    const LawFigure *figure;
    Day from;
    Day to;
    Day status;
    Str note;
} LawReportFigure;

typedef struct LawReport {
    Str id;
    Str title;
    const LawReportFigure *figures;
    size_t n_figures;
    Str text; /* template source */
    Str text_path;
} LawReport;

/* A list that another platform exports, and which acts its columns mean (imports/NAME.yaml). */
typedef struct LawImportValue {
    const LawField *field;
    Str column;     /* title of the column; empty: always `otherwise` */
    Json otherwise; /* as stored, when the column is absent or empty; null: nothing */
} LawImportValue;

typedef struct LawImportAct {
    const LawAct *act;
    Str at;   /* column with the time at which it happened; an empty cell: it did not happen */
    Str when; /* another column that must be filled, may be empty */
    const LawImportValue *values;
    size_t n_values;
} LawImportAct;

/* What the platform calls a value, where it is neither its title nor its id. */
typedef struct LawImportWord {
    const LawField *field;
    Str word;
    Str id;
} LawImportWord;

typedef struct LawImport {
    Str id; /* names the platform in matters' aliases */
    Str title;
    const LawProcedure *procedure;
    Str number;               /* column with the platform's number */
    const LawImportAct *acts; /* the first opens */
    size_t n_acts;
    const LawImportWord *words;
    size_t n_words;
    LawPlace at;
} LawImport;

typedef struct LawRole {
    Str id;
    Str title;
    bool head;
} LawRole;

/* A value every expression of the pack may name: a parameter, or a catalogue as a list of contexts. */
typedef struct LawName {
    Str name;
    Str title;
    FeelValue value;
} LawName;

/* The supervision procedure: `open` is performed with the fields of its form that are named rule, say, basis, grade,
 * source_act, source_entry; `close` by the system when a later record proves that nothing was broken. */
typedef struct LawFindings {
    const LawProcedure *procedure;
    const LawAct *open;
    const LawAct *close; /* NULL: none */
    Str link;            /* kind of the link from the finding to what it is about */
} LawFindings;

typedef struct LawProfile {
    Str id;
    Str title;
    bool block_all;
    const Str *block; /* rule ids that may block */
    size_t n_block;
} LawProfile;

typedef struct LawPack {
    Str name;
    Str version;
    Str title;
    Day from;
    Str digest;     /* 32 bytes, SHA-256 over the sorted files; set by the caller, who may use crypto */
    Str digest_hex; /* the same in hex */
    Str code;       /* jurisdiction */
    Str office;
    Str office_short;
    int zone_minutes;
    const LawRole *roles;
    size_t n_roles;
    const LawOption *unit_kinds;
    size_t n_unit_kinds;
    const LawOption *person_words; /* id: key of a person's context; title: the pack's name for the same value */
    size_t n_person_words;
    /* What the engine opens when a rule is broken or a clock runs over (pack.yaml, findings); NULL when the pack has no
     * supervision. */
    const struct LawFindings *findings;
    const LawLaw *const *laws;
    size_t n_laws;
    const LawRule *const *rules;
    size_t n_rules;
    const LawProcedure *const *procedures;
    size_t n_procedures;
    const LawFigure *const *figures;
    size_t n_figures;
    const LawReport *const *reports;
    size_t n_reports;
    const LawImport *const *imports;
    size_t n_imports;
    const LawName *names;
    size_t n_names;
    const LawProfile *profiles;
    size_t n_profiles;
    const LawProfile *profile; /* default */
    const LawCalendar *calendar;
    Map rules_by_id;
    Map procedures_by_id;
    Map figures_by_id;
    Map reports_by_id;
    Map roles_by_id;
    const LawFile *files;
    size_t n_files;
} LawPack;

/* Loads and checks. The files are copied. *ret_pack is set only when there is no issue; issues (in the arena) are
 * sorted by place. Returns RC_OK with a pack, RC_INVALID with issues (at most 1,000, then one that says so). RC_LIMIT
 * or RC_INVALID without issues when the set of files itself is too large or names a file twice. Mistakes that only
 * follow from a file that cannot be read are left out. */
MUST_CHECK Rc law_pack_load(Arena *arena, const LawFile *files, size_t n_files, const LawPack **ret_pack,
                            const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);

const LawProcedure *law_procedure(const LawPack *pack, Str id); /* NULL when unknown */
const LawAct *law_act(const LawProcedure *procedure, Str id);
const LawField *law_field(const LawProcedure *procedure, Str id);
const LawClock *law_clock(const LawProcedure *procedure, Str id, size_t *ret_index);
const LawImport *law_import(const LawPack *pack, Str id);
const LawRule *law_rule(const LawPack *pack, Str id);
int law_stage(const LawProcedure *procedure, Str id); /* index or -1 */
const LawDocument *law_document(const LawProcedure *procedure, Str id);
/* The effect a rule has under the pack's profile: a blocking rule that is not promoted only warns. */
LawEffect law_rule_effect(const LawPack *pack, const LawRule *rule);
/* The law's title and the article, in the pack's words. */
Str law_basis_print(Arena *arena, const LawBasis *basis);

#endif
