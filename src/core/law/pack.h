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
#include "core/feel/boxed.h"
#include "core/law/calendar.h"
#include "core/law/feel_law.h"
#include "core/template/template.h"
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
    /* Tables, by index in the procedure; bits. */
    uint64_t tables;     /* shown with the act's form */
    uint64_t keeps_rows; /* the act keeps what they gave */
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
    const struct LawTableUse *tables; /* core/law/tables.h */
    size_t n_tables;
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
    LAW_STD_UNITS,
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
    const LawOption *slices; /* values of the figure's dimension that the text states one by one */
    size_t n_slices;
} LawReportFigure;

typedef struct LawReport {
    Str id;
    Str title;
    const LawReportFigure *figures;
    size_t n_figures;
    Str text; /* template source */
    Str text_path;
    /* The matters in which people write the text and keep its versions; NULL: the pack's text is all there is. Fields
     * `report` (this report's id) and `text`. */
    const struct LawProcedure *procedure;
    const struct LawReportRules *rules; /* core/law/report_rules.h; never NULL */
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

/* How such a list is compared with what stands here. */
typedef struct LawCompareField {
    const LawField *field;
    Str column;
} LawCompareField;

typedef struct LawCompare {
    bool by_number;       /* a matter's own number is the platform's, too */
    const LawField *by;   /* or this field holds it; NULL: only what an import brought has one */
    Str period;           /* column with the day by which lists are cut */
    const LawField *day;  /* ours of the same meaning: day or instant; NULL: the day of opening */
    const LawField *only; /* only matters with this value can stand in such a list; NULL: all */
    Str only_value;
    const LawCompareField *fields;
    size_t n_fields;
} LawCompare;

typedef struct LawImport {
    Str id; /* names the platform in matters' aliases */
    Str title;
    const LawProcedure *procedure;
    Str number;               /* column with the platform's number */
    const LawImportAct *acts; /* the first opens */
    size_t n_acts;
    const LawImportWord *words;
    size_t n_words;
    const LawCompare *compare; /* NULL: the list is only taken in */
    LawPlace at;
} LawImport;

/* A question a leader asks again and again (questions/NAME.yaml), answered in one sentence. */
typedef enum LawSpan { LAW_SPAN_DAY, LAW_SPAN_YESTERDAY, LAW_SPAN_WEEK, LAW_SPAN_MONTH, LAW_SPAN_YEAR } LawSpan;

typedef struct LawQuestionFigure {
    Str name; /* in the sentence */
    const LawFigure *figure;
} LawQuestionFigure;

typedef struct LawQuestion {
    Str id;
    Str title;
    Str section;    /* heading of its file; may be empty */
    LawSpan span;   /* from its first day to the day of asking */
    bool last_year; /* compared with the same days of the year before */
    const Str *who; /* roles; none: everybody */
    size_t n_who;
    const LawQuestionFigure *figures;
    size_t n_figures;
    const Template *sentence;
    LawPlace at;
} LawQuestion;

/* A month's value of a figure from before the ledger, entered from other papers (baselines.csv). */
typedef struct LawBaseline {
    const LawFigure *figure;
    int month;     /* year * 12 + month - 1 */
    int64_t value; /* in the figure's own count: fen, square metres */
    Str source;
} LawBaseline;

typedef struct LawRole {
    Str id;
    Str title;
    bool head;
    bool ledger; /* may read every entry of the ledger */
} LawRole;

/* A value every expression of the pack may name: a parameter, or a catalogue as a list of contexts. */
typedef struct LawName {
    Str name;
    Str title;
    FeelValue value;
} LawName;

/* One row of a catalogue, and when it holds: columns `valid_from` and `valid_to`, if the catalogue has them. */
typedef struct LawItem {
    Str id;
    Str title; /* column `title`, else `name`, else the id */
    Day from;  /* DAY_NONE: always has */
    Day to;    /* last day; DAY_NONE: open */
    FeelValue row;
} LawItem;

typedef struct LawCatalogue {
    Str name;  /* also its FEEL name */
    Str title; /* of `catalogues` in pack.yaml, else the name */
    Str path;
    const LawItem *items; /* as in the file */
    size_t n_items;
    const Str *columns;
    size_t n_columns;
    Map by_id;
} LawCatalogue;

/* The supervision procedure: `open` is performed with the fields of its form that are named rule, say, basis, grade,
 * source_act, source_entry; `close` by the system when a later record proves that nothing was broken. */
typedef struct LawFindings {
    const LawProcedure *procedure;
    const LawAct *open;
    const LawAct *close; /* NULL: none */
    Str link;            /* kind of the link from the finding to what it is about */
} LawFindings;

/* What stands differently in another platform's list (pack.yaml, differences). `open` is performed by the system with
 * those fields of its form that are named list, list_title, their_number, group (ours, theirs, field), field, ours,
 * theirs, day, unit and compared_by. A difference counts as unexplained while it stands where `open` leads. `change`
 * says that the values are others now, `close` that a later list shows no difference, `reopen` that it is there again.
 */
typedef struct LawDifferences {
    const LawProcedure *procedure;
    const LawAct *open;
    const LawAct *change;
    const LawAct *close;
    const LawAct *reopen;
    Str link; /* kind of the link from the difference to our matter */
} LawDifferences;

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
    const LawOption *columns; /* of catalogues, by their titles */
    size_t n_columns;
    const LawOption *links; /* kinds of links between matters, by their titles */
    size_t n_links;
    const LawOption *unit_kinds;
    size_t n_unit_kinds;
    const LawOption *person_words; /* id: key of a person's context; title: the pack's name for the same value */
    size_t n_person_words;
    /* What the engine opens when a rule is broken or a clock runs over (pack.yaml, findings); NULL when the pack has no
     * supervision. */
    const struct LawFindings *findings;
    const struct LawDifferences *differences; /* NULL: lists are compared, but nothing is kept */
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
    const LawQuestion *questions;
    size_t n_questions;
    const LawQuestion *any_question; /* the sentence of any figure, which it names "f"; NULL: none */
    const LawBaseline *baselines;
    size_t n_baselines;
    const LawName *names;
    size_t n_names;
    const LawCatalogue *const *catalogues;
    size_t n_catalogues;
    const struct LawTable *const *tables; /* core/law/tables.h */
    size_t n_tables;
    const FeelNative *const *functions; /* its tables, for expressions from outside the pack */
    size_t n_functions;
    const LawIssue *warnings; /* what is no mistake but looks like one */
    size_t n_warnings;
    const LawProfile *profiles;
    size_t n_profiles;
    const struct LawPages *pages; /* core/law/pages.h; NULL: the pack says nothing about pages */
    const LawProfile *profile;    /* default */
    const LawCalendar *calendar;  /* the national one, by which terms run */
    LawHost host;                 /* for law's FEEL functions: all calendars, the words of amounts */
    Map rules_by_id;
    Map procedures_by_id;
    Map figures_by_id;
    Map reports_by_id;
    Map roles_by_id;
    const LawFile *files;
    size_t n_files;
} LawPack;

/* Loads and checks. The files are copied. *ret_pack is set only when there is no issue; issues (in the arena) are
 * sorted by place, and so is what only looks wrong, pack->warnings. Returns RC_OK with a pack, RC_INVALID with issues
 * (at most 1,000, then one that says so). RC_LIMIT or RC_INVALID without issues when the set of files itself is too
 * large or names a file twice. Mistakes that only follow from a file that cannot be read are left out. */
MUST_CHECK Rc law_pack_load(Arena *arena, const LawFile *files, size_t n_files, const LawPack **ret_pack,
                            const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);

const LawProcedure *law_procedure(const LawPack *pack, Str id); /* NULL when unknown */
const LawAct *law_act(const LawProcedure *procedure, Str id);
const LawField *law_field(const LawProcedure *procedure, Str id);
const LawClock *law_clock(const LawProcedure *procedure, Str id, size_t *ret_index);
const LawCatalogue *law_catalogue(const LawPack *pack, Str name);
/* NULL when the catalogue has no such row. */
const LawItem *law_item(const LawCatalogue *catalogue, Str id);
bool law_item_holds(const LawItem *item, Day on);
const LawImport *law_import(const LawPack *pack, Str id);
const LawQuestion *law_question(const LawPack *pack, Str id);
const LawRule *law_rule(const LawPack *pack, Str id);
int law_stage(const LawProcedure *procedure, Str id); /* index or -1 */
const LawDocument *law_document(const LawProcedure *procedure, Str id);
/* The effect a rule has under the pack's profile: a blocking rule that is not promoted only warns. */
LawEffect law_rule_effect(const LawPack *pack, const LawRule *rule);
/* The law's title and the article, in the pack's words. */
Str law_basis_print(Arena *arena, const LawBasis *basis);

#endif
