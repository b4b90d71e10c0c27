/* pack_private.h - what the files of the loader share; nothing outside this room may include it.
 *
 * One Loader exists for one call of law_pack_load. Files are read kind by kind in the order of pack.c's table, so that
 * what a kind refers to has been read before it; references between procedures wait until all are there. A mistake is
 * added to the list and reading goes on with a harmless value, so that one run reports all of them. */
#ifndef YIFA_CORE_LAW_PACK_PRIVATE_H
#define YIFA_CORE_LAW_PACK_PRIVATE_H

#include <stdarg.h>

#include "core/feel/boxed.h"
#include "core/law/pack.h"
#include "lib/fmt/yaml.h"

enum {
    PACK_FILES_MAX = 2000,
    PACK_BYTES_MAX = 16 * 1024 * 1024,
    PACK_ISSUES_MAX = 1000,
    PACK_FIELDS_MAX = 200,
    PACK_COLUMNS_MAX = 50,
    PACK_OPTIONS_MAX = 500,
    PACK_LETS_MAX = 200,
    PACK_STAGES_MAX = 64,
    PACK_ACTS_MAX = 100,
    PACK_CLOCKS_MAX = 64,
    PACK_RULES_MAX = 4000,
    PACK_FOLLOWS_MAX = 16,
    PACK_LIST_MAX = 1000, /* entries of any other list or mapping */
    PACK_TEXT_MAX = 200,
    PACK_LONGTEXT_MAX = 4000,
    PACK_MESSAGE_BYTES_MAX = 800,
    PACK_EXCERPT_CHARS_MAX = 40,
    PACK_CATALOGUE_ROWS_MAX = 20000,
    PACK_TABLES_MAX = 64,
    PACK_TABLE_ROWS_MAX = 10000
};

/* A rule with its expressions as written, because they are compiled once for each procedure that uses them. */
typedef struct PackRule {
    LawRule rule;
    const YamlNode *applies;
    const YamlNode *check;
    const YamlNode *got;
    bool used;
    bool field_found; /* some procedure that uses the rule has the field it shows at */
} PackRule;

/* A spawn or signal whose target can only be looked up when all procedures are there. */
typedef struct PackFollow {
    const LawProcedure *procedure;
    LawFollow *follow;
    bool is_spawn;
    LawPlace at;
    LawPlace act_at;
    const LawPlace *set_at;
} PackFollow;

/* A figure as written; ratios may be of figures that are read later. */
typedef struct PackFigure {
    struct FigureKeys *keys;
    LawFigure figure;
} PackFigure;

typedef struct PackFamily {
    Str id;
    const YamlNode *root;
    bool merging; /* its own ancestors are being merged: meeting it again is a circle */
    bool merged;
} PackFamily;

/* The files of one calendar. */
typedef struct PackCalendar {
    Str name;
    LawCalendarDay *days;
    size_t n_days;
    size_t cap_days;
    int years[LAW_CALENDAR_YEARS_MAX];
    size_t n_years;
} PackCalendar;

typedef struct Loader {
    Arena *arena;
    LawPack *pack;
    Str path; /* the file being read */
    LawIssue *issues;
    size_t n_issues;
    size_t cap_issues;
    Map files; /* path -> LawFile */
    Map laws;  /* id -> LawLaw */
    Map names; /* FEEL names of the whole pack -> LawName */
    LawName *pack_names;
    size_t n_pack_names;
    size_t cap_pack_names;
    PackCalendar *calendars[LAW_CALENDARS_MAX]; /* the first is the one without a name of its own */
    size_t n_calendars;
    PackRule **rules;
    size_t n_rules;
    size_t cap_rules;
    LawProcedure **procedures;
    size_t n_procedures;
    size_t cap_procedures;
    PackFollow *follows;
    size_t n_follows;
    size_t cap_follows;
    const LawOption *catalogue_titles;
    size_t n_catalogue_titles;
    LawCatalogue **catalogues;
    size_t n_catalogues;
    size_t cap_catalogues;
    const LawLaw **law_list;
    size_t n_laws;
    size_t cap_laws;
    PackFigure **figures;
    size_t n_figures;
    size_t cap_figures;
    PackFamily *families;
    size_t n_families;
    size_t cap_families;
    LawReport **reports;
    size_t n_reports;
    size_t cap_reports;
    LawImport **imports;
    size_t n_imports;
    size_t cap_imports;
    LawQuestion *questions;
    size_t n_questions;
    size_t cap_questions;
    LawQuestion *any_question;
    struct PackSentence *sentences; /* as written; compiled when all files are read */
    size_t n_sentences;
    size_t cap_sentences;
    LawBaseline *baselines;
    size_t n_baselines;
    size_t cap_baselines;
    bool unreadable; /* some file could not be read at all: what refers to it is not looked at, being a consequence */
    const YamlNode *tables; /* of pack.yaml, read with the files they name */
    struct LawTable **table_list;
    size_t n_tables;
    size_t cap_tables;
    const FeelNative **natives; /* functions of the whole pack: its tables */
    size_t n_natives;
    size_t cap_natives;
    LawIssue *warnings;
    size_t n_warnings;
    size_t cap_warnings;
    const YamlNode *findings; /* of pack.yaml, looked up at the end */
    const YamlNode *differences;
} Loader;

/* ---- pack_issue.c: mistakes, places, and the nearest known word ---- */
void pack_issue(Loader *l, LawPlace at, Str hint, const char *format, ...) PRINTF_LIKE(4, 5);
void pack_warning(Loader *l, LawPlace at, Str hint, const char *format, ...) PRINTF_LIKE(4, 5);
/* An issue from an Err whose place ends in "line:column". */
void pack_issue_err(Loader *l, const Err *err);
void pack_sort_issues(Loader *l);
/* What of a text of any length goes into a message. */
Str pack_excerpt(Str text);
/* Cut at a limit, between characters. */
Str pack_vprintf(Loader *l, const char *format, va_list args) PRINTF_LIKE(2, 0);
LawPlace pack_at(const YamlNode *node);
LawPlace pack_at_key(const YamlPair *pair);
/* The place of a byte of a file. */
LawPlace pack_at_byte(const LawFile *file, size_t offset);

typedef struct Nearest {
    Str wanted;
    Str best;
    size_t distance;
} Nearest;
Nearest pack_nearest(Str wanted);
void pack_nearest_offer(Nearest *nearest, Str candidate);
/* "did you mean 'x'?", or `otherwise` when nothing is near. */
Str pack_nearest_hint(Arena *arena, const Nearest *nearest, Str otherwise);

/* ---- pack_yaml.c: mappings read by table ---- */
typedef enum KeyType {
    KEY_TEXT,   /* Str: a scalar that is not empty */
    KEY_BOOL,   /* bool */
    KEY_INT,    /* KeyInt */
    KEY_DAY,    /* Day */
    KEY_SCALAR, /* const YamlNode *: a scalar that the caller reads: a name of something, FEEL */
    KEY_MAP,    /* const YamlNode * */
    KEY_LIST,   /* const YamlNode * */
    KEY_ANY     /* const YamlNode * */
} KeyType;

typedef struct KeyInt {
    bool set;
    int64_t value;
} KeyInt;

typedef struct KeySpec {
    const char *key;
    KeyType type;
    bool required;
    size_t offset; /* where in the struct the value goes; it keeps what it has when the key is absent or wrong */
} KeySpec;
#define KEY(Type, member, type_)                      \
    {                                                 \
#member, type_, false, offsetof(Type, member) \
    }
#define KEY_REQUIRED(Type, member, type_)            \
    {                                                \
#member, type_, true, offsetof(Type, member) \
    }

/* Fills a struct from a mapping. `what` names the thing in messages: "act 'file'". False when it is no mapping. */
bool pack_read_keys(Loader *l, const YamlNode *node, Str what, const KeySpec *specs, size_t n, void *into);
/* Parses a file; an issue and NULL when it cannot be, or when it is no mapping. */
const YamlNode *pack_parse(Loader *l, const LawFile *file);
/* The items of a list, each a scalar; NULL gives none. Reports others and skips them. */
size_t pack_read_list(Loader *l, const YamlNode *node, Str what, const YamlNode ***ret_items);
/* An id: [a-z][a-z0-9_-]*, with dots where a dotted one is allowed. Reports another. */
typedef enum IdForm { ID_PLAIN, ID_DOTTED, ID_NAME } IdForm; /* ID_NAME: no hyphen, since FEEL would subtract */
bool pack_check_id(Loader *l, LawPlace at, Str id, IdForm form);
bool pack_read_bool(Loader *l, const YamlNode *node, bool *ret);
/* Whether there are at most `max`; reports more. */
bool pack_check_count(Loader *l, const YamlNode *node, size_t n, size_t max, const char *what);
/* The plain pairs of a mapping of texts, such as options or unit kinds. */
size_t pack_read_options(Loader *l, const YamlNode *node, Str what, const LawOption **ret);
Str pack_printf(Loader *l, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- pack_expr.c: FEEL in YAML ---- */
/* NULL node gives an absent expression. A mistake is reported at its character where the scalar stands on one line.
 * `context`, which may be empty, goes before the message: "in penalty.ordinary". */
LawExpr pack_compile(Loader *l, const FeelScope *scope, const YamlNode *node, Str context);
/* Checks the syntax of what nobody uses. */
void pack_check_syntax(Loader *l, const YamlNode *node);

/* ---- kinds of files ---- */
void pack_read_head(Loader *l, const LawFile *file);
void pack_read_profiles(Loader *l, const LawFile *file);
void pack_read_pages(Loader *l, const LawFile *file);
struct LawMap;
/* False with issues when the file is no map. */
bool pack_read_shapes(Loader *l, const LawFile *file, struct LawMap *map);
void pack_resolve_findings(Loader *l);
void pack_resolve_differences(Loader *l);
/* Of a pack.yaml entry that names acts of a procedure. NULL with an issue when the procedure has no such act. */
const LawAct *pack_find_act(Loader *l, const LawProcedure *procedure, const YamlNode *node);
void pack_read_laws(Loader *l, const LawFile *file);
void pack_read_calendar(Loader *l, const LawFile *file);
void pack_build_calendar(Loader *l);
void pack_read_catalogue(Loader *l, const LawFile *file);
/* Tables of pack.yaml, with the files that they name. */
void pack_read_tables(Loader *l);
/* What every scope of the pack has besides its names: law's functions and the pack's tables. */
void pack_add_functions(Loader *l, FeelScope *scope);
const struct LawTable *pack_find_table(Loader *l, const YamlNode *node);
void pack_read_rules(Loader *l, const LawFile *file);
void pack_read_procedure(Loader *l, const LawFile *file);
void pack_resolve_follows(Loader *l);
void pack_read_figures(Loader *l, const LawFile *file);
void pack_resolve_figures(Loader *l);
/* The figure, or NULL with an issue. */
const LawFigure *pack_find_figure(Loader *l, LawPlace at, Str id);
/* The procedure that a scalar names, or NULL with an issue. */
const LawProcedure *pack_find_procedure(Loader *l, const YamlNode *node);
void pack_read_family(Loader *l, const LawFile *file);
/* A procedure's mapping with what it inherits put under it; itself when it inherits nothing. NULL with an issue when
 * the family is unknown. */
const YamlNode *pack_inherit(Loader *l, const YamlNode *root);
void pack_read_report(Loader *l, const LawFile *file);
void pack_read_import(Loader *l, const LawFile *file);
const LawCompare *pack_read_compare(Loader *l, const YamlNode *node, const LawImport *import);
void pack_read_questions(Loader *l, const LawFile *file);
void pack_resolve_questions(Loader *l);
void pack_read_baselines(Loader *l, const LawFile *file);
/* A name that every expression of the pack may use. */
void pack_add_name(Loader *l, LawPlace at, LawName name);
/* Reads "LAW ARTICLE" or "platform"; `note` is what a platform's term must have. */
void pack_read_basis(Loader *l, const YamlNode *node, Str note, LawBasis *ret);
/* The rule, or NULL with an issue at the node. */
PackRule *pack_find_rule(Loader *l, const YamlNode *node);

#endif
