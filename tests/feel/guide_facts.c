#include "feel/guide_facts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/dmn/dmn.h"
#include "core/feel/boxed.h"
#include "core/law/feel_law.h"
#include "lib/fmt/csv.h"

enum { FILE_MAX = 8 * 1024 * 1024, NAMES_MAX = 200, TABLES_MAX = 8, YEARS_FROM = 2019, YEARS_TO = 2027 };

bool guide_read(Arena *arena, const char *path, Str *ret)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    Buf bytes;
    buf_init(&bytes, FILE_MAX);
    char part[16384];
    for (size_t n = fread(part, 1, sizeof part, file); n; n = fread(part, 1, sizeof part, file))
        buf_bytes(&bytes, part, n);
    fclose(file);
    *ret = buf_to_arena(&bytes, arena);
    buf_free(&bytes);
    return true;
}

/* ---- evaluation ---- */

static bool parse_facts(Arena *arena, Str text, FeelValue *ret, Err *err)
{
    const FeelExpr *expr;
    FeelEnv env = { 0 };
    if (feel_parse(arena, NULL, text, (FeelParseOptions){ 0 }, &expr, err) != RC_OK)
        return false;
    *ret = feel_eval(expr, &env, feel_null(), arena, NULL);
    return ret->type == FEEL_CONTEXT || err_set(err, RC_INVALID, "the facts must be a context") == RC_OK;
}

/* The pack's calendar; a year without days is one for which no notice has been given. */
typedef struct Years {
    FeelValue days[YEARS_TO - YEARS_FROM + 1];
} Years;

static const Years *load_years(Arena *arena, const char *source)
{
    static const Years *loaded;
    static Years years;
    static Arena *kept; /* as long as the process */
    if (loaded)
        return loaded;
    kept = arena_new(0);
    for (int year = YEARS_FROM; year <= YEARS_TO; year++) {
        Str text;
        FeelValue file;
        Err err;
        const char *path = arena_printf(arena, "%s/packs/guanhu/calendar/%d.json", source, year).p;
        if (!guide_read(kept, path, &text) || !parse_facts(kept, text, &file, &err)) {
            printf("%s cannot be read\n", path);
            exit(1);
        }
        years.days[year - YEARS_FROM] = *feel_get(file, STR("days"));
    }
    return loaded = &years;
}

static bool is_workday(void *ctx, Day day, bool *ret_known)
{
    const Years *years = ctx;
    Civil c = day_to_civil(day);
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
    *ret_known = c.year >= YEARS_FROM && c.year <= YEARS_TO && years->days[c.year - YEARS_FROM].as.list->n > 0;
    if (!*ret_known)
        return false;
    const FeelList *days = years->days[c.year - YEARS_FROM].as.list;
    for (size_t i = 0; i < days->n; i++)
        if (str_eq_c(feel_to_str(*feel_get(days->items[i], STR("date"))), text))
            return !feel_is_true(*feel_get(days->items[i], STR("isOffDay")));
    return day_weekday(day) <= 5;
}

typedef struct Names {
    FeelValue facts;
    Str names[NAMES_MAX];
} Names;

/* Tables that a guide has shown so far. */
static FeelEntry tables[TABLES_MAX];
static size_t n_tables;

static FeelValue fact(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    const Names *names = ctx;
    for (size_t i = 0; i < n_tables; i++)
        if (str_eq(tables[i].key, names->names[slot]))
            return tables[i].value;
    const FeelValue *v = feel_get(names->facts, names->names[slot]);
    return v ? *v : feel_null();
}

static FeelScope *scope_of(Arena *arena, Names *names)
{
    FeelScope *scope = feel_scope_new(arena, NULL);
    const FeelContext *facts = names->facts.as.ctx;
    for (size_t i = 0; i < facts->n && i < NAMES_MAX; i++)
        names->names[feel_scope_add(scope, facts->entries[i].key, -1)] = facts->entries[i].key;
    for (size_t i = 0; i < n_tables; i++)
        names->names[feel_scope_add(scope, tables[i].key, -1)] = tables[i].key;
    feel_law_register(scope, LAW_NAMES_OPEN);
    return scope;
}

/* Takes the name out of "unknown name 'x' …" and adds it: in a pack it would be a field. */
static bool add_unknown(FeelScope *scope, Names *names, Arena *arena, const Err *err)
{
    Str text = str_c(err->text);
    Str mark = STR("unknown name '");
    size_t at = str_find(text, mark);
    if (at == SIZE_MAX || feel_scope_slots(scope) == NAMES_MAX)
        return false;
    Str name = str_slice(text, at + mark.n, text.n);
    name.n = str_find(name, STR("'"));
    name = arena_str(arena, name);
    names->names[feel_scope_add(scope, name, -1)] = name;
    return true;
}

static FeelEnv env_of(const Guide *g, Names *names)
{
    Arena *arena = g->arena;
    Day day = 0;
    if (!day_parse(STR("2026-03-02"), &day))
        abort();
    const FeelValue *as_of = feel_get(names->facts, STR("as_of"));
    if (as_of)
        feel_to_date(*as_of, &day);
    LawHostCalendar *calendar = ARENA_ARRAY(arena, LawHostCalendar, 1);
    *calendar = (LawHostCalendar){ .name = STR("national"),
                                   .is_workday = is_workday,
                                   .ctx = (void *)(uintptr_t)load_years(arena, g->source) };
    LawHost *host = ARENA_ARRAY(arena, LawHost, 1);
    *host = (LawHost){ .calendars = calendar, .n_calendars = 1 };
    return (FeelEnv){ .slot = fact,
                      .ctx = names,
                      .host = host,
                      .now_ms = day_start(day, 480) + 10 * (int64_t)MS_PER_HOUR,
                      .zone_minutes = 480 };
}

static const char *wording(void *ctx, const char *msgid)
{
    const Guide *g = ctx;
    return i18n(g->lang, msgid);
}

static Str null_text(const Guide *g, const FeelReason *reason)
{
    Str why = feel_reason_text(g->arena, reason, wording, (void *)(uintptr_t)g);
    if (!why.n)
        return STR("null");
    return arena_printf(g->arena, g->lang == LANG_EN ? "null because %.*s" : "null\xef\xbc\x9a%.*s", STR_ARG(why));
}

/* `open`: names without facts are fields left empty. */
static Str value_text(const Guide *g, Str expression, Str facts, bool open)
{
    Arena *arena = g->arena;
    Names names = { 0 };
    const FeelExpr *expr = NULL;
    Err err = { 0 };
    if (!parse_facts(arena, facts, &names.facts, &err))
        return arena_printf(arena, "facts %s: %s", err.place, err.text);
    FeelScope *scope = scope_of(arena, &names);
    /* add_unknown() reads the error in English. */
    FeelParseOptions options = { .wording = open ? NULL : wording, .wording_ctx = (void *)(uintptr_t)g };
    Rc rc;
    do {
        rc = feel_parse(arena, scope, expression, options, &expr, &err);
    } while (rc != RC_OK && open && add_unknown(scope, &names, arena, &err));
    if (rc != RC_OK)
        return arena_printf(arena, "error %s %s", err.place, err.text);
    FeelEnv env = env_of(g, &names);
    FeelReason reason;
    FeelValue v = feel_eval_why(expr, &env, feel_null(), arena, &reason);
    return feel_is_null(v) ? null_text(g, &reason) : feel_print(arena, v);
}

Str guide_value(const Guide *g, Str expression, Str facts)
{
    return value_text(g, expression, facts, false);
}

Str guide_rule_value(const Guide *g, Str expression, Str facts)
{
    return value_text(g, expression, facts, true);
}

Str guide_add_table(Arena *arena, Str csv)
{
    const FeelTable *table;
    const FeelBoxed *function;
    const FeelExpr *expr;
    Err err = { 0 };
    FeelEnv env = { 0 };
    if (n_tables == TABLES_MAX)
        return STR("too many tables");
    if (dmn_table_read(arena, STR("csv"), csv, NULL, &table, &err) != RC_OK)
        return arena_printf(arena, "%s: %s", err.place, err.text);
    dmn_table_function(arena, table, &function);
    if (feel_parse_boxed(arena, feel_scope_new(arena, NULL), function, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        return arena_printf(arena, "%s: %s", err.place, err.text);
    FeelValue value = feel_eval(expr, &env, feel_null(), arena, NULL);
    tables[n_tables++] = (FeelEntry){ table->name, value };
    return STR_NONE;
}

/* ---- the catalogue of rules ---- */

static CsvRow next_row(Arena *arena, CsvReader *reader, bool *ret_found)
{
    CsvRow row;
    Err err;
    if (csv_read_row(reader, arena, &row, ret_found, &err) == RC_OK)
        return row;
    printf("rules.csv:%s %s\n", err.place, err.text);
    exit(1);
}

static Str cell(const CsvRow *header, const CsvRow *row, const char *name)
{
    for (size_t i = 0; i < header->n && i < row->n; i++)
        if (str_eq_c(header->cells[i], name))
            return row->cells[i];
    printf("rules.csv has no column %s\n", name);
    exit(1);
}

int guide_catalogue_rule(const Guide *g, Str id, GuideRule *ret)
{
    Arena *arena = g->arena;
    Str csv;
    if (!guide_read(arena, arena_printf(arena, "%s/law/rules.csv", g->shared).p, &csv))
        return -1;
    CsvReader reader;
    csv_reader_init(&reader, csv, NULL);
    bool found;
    CsvRow header = next_row(arena, &reader, &found);
    for (CsvRow row = next_row(arena, &reader, &found); found; row = next_row(arena, &reader, &found)) {
        if (!str_eq(row.cells[0], id))
            continue;
        ret->applies = cell(&header, &row, "applies_when");
        ret->check = cell(&header, &row, "check_expr");
        ret->facts[0] = cell(&header, &row, "test_positive_json");
        ret->facts[1] = cell(&header, &row, "test_negative_json");
        return 1;
    }
    return 0;
}

/* Dates as text, times to the minute: @"2026-03-02T20:00:00" becomes "2026-03-02T20:00". */
static Str dates_as_text(Arena *arena, Str text)
{
    Buf out;
    buf_init(&out, FILE_MAX);
    for (size_t i = 0; i < text.n; i++) {
        if (i >= 6 && text.p[i - 6] == 'T' && str_starts(str_slice(text, i, text.n), STR(":00\"")))
            i += 3;
        if (text.p[i] != '@')
            buf_char(&out, text.p[i]);
    }
    Str done = buf_to_arena(&out, arena);
    buf_free(&out);
    return done;
}

bool guide_same_facts(Arena *arena, Str facts, Str in_catalogue)
{
    FeelValue a;
    FeelValue b;
    Err err;
    return parse_facts(arena, dates_as_text(arena, facts), &a, &err) && parse_facts(arena, in_catalogue, &b, &err) &&
           feel_equal(a, b);
}

/* ---- articles ---- */

/* Statutes come with spaces and line ends in other places than a quotation has them. */
static Str without_spaces(Arena *arena, Str text)
{
    Buf out;
    buf_init(&out, FILE_MAX);
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        uint32_t c = str_next(text, &i);
        if (c > ' ' && c != 0x3000)
            buf_bytes(&out, text.p + from, i - from);
    }
    Str done = buf_to_arena(&out, arena);
    buf_free(&out);
    return done;
}

static bool says(Arena *arena, Str text, Str words)
{
    Str rest = without_spaces(arena, text);
    Str wanted = without_spaces(arena, words);
    Str gap = STR("\xe2\x80\xa6\xe2\x80\xa6");
    while (wanted.n) {
        size_t end = str_find(wanted, gap);
        Str part = end == SIZE_MAX ? wanted : str_slice(wanted, 0, end);
        wanted = end == SIZE_MAX ? STR_NONE : str_slice(wanted, end + gap.n, wanted.n);
        size_t at = str_find(rest, part);
        if (at == SIZE_MAX)
            return false;
        rest = str_slice(rest, at + part.n, rest.n);
    }
    return true;
}

typedef struct Search {
    Arena *arena;
    Str law;
    Str article;
    Str words;
    bool found; /* the article, whatever it says */
    bool said;
} Search;

/* A pack's file of laws: one law, an article a line. */
static void search_pack_file(Search *s, Str text)
{
    bool here = false;
    while (text.p && !s->found) {
        Str line = str_trim(str_cut(text, '\n', &text));
        size_t colon = str_find(line, STR(": "));
        Str key = colon == SIZE_MAX ? STR_NONE : str_slice(line, 0, colon);
        Str value = colon == SIZE_MAX ? STR_NONE : str_slice(line, colon + 2, line.n);
        if (str_eq_c(key, "title") || str_eq_c(key, "full"))
            here = here || str_ends(value, s->law);
        if (!here || !str_eq(key, s->article))
            continue;
        s->found = true;
        s->said = says(s->arena, value, s->words);
    }
}

/* 1259 as statutes write it. */
static Str numeral(Arena *arena, int n)
{
    static const char *const DIGITS[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    static const char *const UNITS[] = { "千", "百", "十", "" };
    Str text = STR_NONE;
    bool zero = false;
    for (int unit = 1000, i = 0; unit; unit /= 10, i++) {
        int digit = n / unit % 10;
        zero = zero || (digit == 0 && text.n);
        if (!digit)
            continue;
        bool ten = unit == 10 && digit == 1 && !text.n;
        text =
            arena_printf(arena, "%.*s%s%s%s", STR_ARG(text), zero ? DIGITS[0] : "", ten ? "" : DIGITS[digit], UNITS[i]);
        zero = false;
    }
    return text;
}

/* A statute's text: the article begins a line; what follows up to the next one belongs to it. */
static void search_statute(Search *s, Str text)
{
    int n = 0;
    for (size_t i = 0; i < s->article.n && n == 0; i++)
        n = atoi(s->article.p + i);
    Str head = str_slice(text, 0, str_find(text, STR("INFO END")));
    if (str_find(head, s->law) == SIZE_MAX)
        return;
    Str mark = arena_printf(s->arena, "\n第%.*s条 ", STR_ARG(numeral(s->arena, n)));
    Str next = arena_printf(s->arena, "\n第%.*s条 ", STR_ARG(numeral(s->arena, n + 1)));
    size_t from = str_find(text, mark);
    if (from == SIZE_MAX)
        return;
    Str article = str_slice(text, from + mark.n, text.n);
    size_t to = str_find(article, next);
    s->found = true;
    s->said = s->said || says(s->arena, to == SIZE_MAX ? article : str_slice(article, 0, to), s->words);
}

static bool search_folder(Search *s, const char *folder, void (*search)(Search *s, Str text))
{
    DIR *dir = opendir(folder);
    if (!dir)
        return false;
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        Str text;
        if (entry->d_name[0] != '.' &&
            guide_read(s->arena, arena_printf(s->arena, "%s/%s", folder, entry->d_name).p, &text))
            search(s, text);
    }
    closedir(dir);
    return true;
}

bool guide_article_says(const Guide *g, Str law, Str article, Str words)
{
    Search s = { .arena = g->arena, .law = law, .article = article, .words = words };
    search_folder(&s, arena_printf(g->arena, "%s/packs/guanhu/laws", g->source).p, search_pack_file);
    if (s.found)
        return s.said;
    bool texts = search_folder(&s, arena_printf(g->arena, "%s/law/texts", g->shared).p, search_statute);
    return s.said || !texts;
}
