/* questions/: what a leader asks again and again, and the sentence that answers; baselines.csv: months from before the
 * ledger. Sentences are templates (core/template) and are compiled when all files are read, since any may use the parts
 * of another file. */
#include "core/law/pack_private.h"
#include "lib/fmt/csv.h"

/* A sentence or a part of one as it is written. */
typedef struct PackSentence {
    Str name; /* of a part */
    const YamlNode *text;
    LawPlace at;
    size_t question; /* index; of a part or the sentence of any figure SIZE_MAX */
    bool is_part;
} PackSentence;

typedef struct FileKeys {
    const YamlNode *figure;
    const YamlNode *parts;
    const YamlNode *questions;
    Str section;
} FileKeys;

static const KeySpec file_keys[] = { KEY(FileKeys, figure, KEY_SCALAR), KEY(FileKeys, parts, KEY_MAP),
                                     KEY(FileKeys, questions, KEY_MAP), KEY(FileKeys, section, KEY_TEXT) };

typedef struct QuestionKeys {
    Str title;
    const YamlNode *period;
    const YamlNode *figures;
    const YamlNode *compare;
    const YamlNode *who;
    const YamlNode *sentence;
} QuestionKeys;

static const KeySpec question_keys[] = {
    KEY_REQUIRED(QuestionKeys, title, KEY_TEXT),
    KEY_REQUIRED(QuestionKeys, period, KEY_SCALAR),
    KEY_REQUIRED(QuestionKeys, figures, KEY_MAP),
    KEY(QuestionKeys, compare, KEY_SCALAR),
    KEY(QuestionKeys, who, KEY_LIST),
    KEY_REQUIRED(QuestionKeys, sentence, KEY_SCALAR),
};

static const char *const spans[] = { [LAW_SPAN_DAY] = "day",
                                     [LAW_SPAN_YESTERDAY] = "yesterday",
                                     [LAW_SPAN_WEEK] = "week",
                                     [LAW_SPAN_MONTH] = "month",
                                     [LAW_SPAN_YEAR] = "year" };

static void add_sentence(Loader *l, PackSentence sentence)
{
    *ARENA_PUSH(l->arena, l->sentences, l->n_sentences, l->cap_sentences) = sentence;
}

static LawSpan read_span(Loader *l, const YamlNode *node)
{
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        if (str_eq_c(node->text, spans[i]))
            return (LawSpan)i;
        pack_nearest_offer(&nearest, str_c(spans[i]));
    }
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("use day, yesterday, week, month or year")),
               "'%.*s' is no period", STR_ARG(pack_excerpt(node->text)));
    return LAW_SPAN_YEAR;
}

static void read_figures(Loader *l, const YamlNode *map, LawQuestion *q)
{
    LawQuestionFigure *figures = ARENA_ARRAY(l->arena, LawQuestionFigure, map->n + 1);
    if (!pack_check_count(l, map, map->n, 16, "figures"))
        return;
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        const LawFigure *figure = pack_find_figure(l, pack_at(pair->value), pair->value->text);
        if (pack_check_id(l, pack_at_key(pair), pair->key, ID_NAME) && figure)
            figures[q->n_figures++] = (LawQuestionFigure){ pair->key, figure };
    }
    q->figures = figures;
}

static void read_who(Loader *l, const YamlNode *list, LawQuestion *q)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, list, STR("a role"), &items);
    Str *who = ARENA_ARRAY(l->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (map_get(&l->pack->roles_by_id, items[i]->text))
            who[q->n_who++] = items[i]->text;
        else
            pack_issue(l, pack_at(items[i]), STR_NONE, "there is no role '%.*s'", STR_ARG(items[i]->text));
    }
    q->who = who;
}

static void read_question(Loader *l, const YamlPair *pair, Str section)
{
    QuestionKeys keys = { 0 };
    Str what = pack_printf(l, "question '%.*s'", STR_ARG(pair->key));
    bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
    if (!pack_read_keys(l, pair->value, what, question_keys, ARRAY_LEN(question_keys), &keys) || !good ||
        !keys.period || !keys.figures || !keys.sentence)
        return;
    for (size_t i = 0; i < l->n_questions; i++)
        if (str_eq(l->questions[i].id, pair->key))
            pack_issue(l, pack_at_key(pair), STR("choose another id"), "there are two questions '%.*s'",
                       STR_ARG(pair->key));
    LawQuestion q = { .id = pair->key,
                      .title = keys.title,
                      .section = section,
                      .span = read_span(l, keys.period),
                      .last_year = keys.compare != NULL,
                      .at = pack_at_key(pair) };
    if (keys.compare && !str_eq_c(keys.compare->text, "last_year"))
        pack_issue(l, pack_at(keys.compare), STR("write last_year, or leave it out"), "'%.*s' is no comparison",
                   STR_ARG(pack_excerpt(keys.compare->text)));
    read_figures(l, keys.figures, &q);
    read_who(l, keys.who, &q);
    add_sentence(l, (PackSentence){ .text = keys.sentence, .at = pack_at(keys.sentence), .question = l->n_questions });
    *ARENA_PUSH(l->arena, l->questions, l->n_questions, l->cap_questions) = q;
}

void pack_read_questions(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    FileKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("a file of questions"), file_keys, ARRAY_LEN(file_keys), &keys))
        return;
    for (size_t i = 0; keys.parts && i < keys.parts->n && i < PACK_OPTIONS_MAX; i++) {
        const YamlPair *pair = &keys.parts->pairs[i];
        if (pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN))
            add_sentence(l, (PackSentence){
                                .name = pair->key, .text = pair->value, .at = pack_at(pair->value), .is_part = true });
    }
    if (keys.figure && l->any_question)
        pack_issue(l, pack_at(keys.figure), STR_NONE, "there are two sentences for any figure");
    if (keys.figure) {
        l->any_question = ARENA_NEW(l->arena, LawQuestion);
        *l->any_question = (LawQuestion){ .span = LAW_SPAN_YEAR, .last_year = true, .at = pack_at(keys.figure) };
        add_sentence(l, (PackSentence){ .text = keys.figure, .at = pack_at(keys.figure), .question = SIZE_MAX });
    }
    if (keys.questions &&
        pack_check_count(l, keys.questions, l->n_questions + keys.questions->n, PACK_LIST_MAX, "questions"))
        for (size_t i = 0; i < keys.questions->n; i++)
            read_question(l, &keys.questions->pairs[i], keys.section);
}

/* ---- when all files are read ---- */

static Rc load_parts(Loader *l, TemplateSet *set, Err *err)
{
    for (size_t i = 0; i < l->n_sentences; i++) {
        const PackSentence *s = &l->sentences[i];
        if (s->is_part)
            TRY(template_load(set, pack_printf(l, "_%.*s.txt", STR_ARG(s->name)), s->text->text, TEMPLATE_TEXT, err));
    }
    return RC_OK;
}

/* A set of its own for each sentence, so that a mistake in one is told apart from those in others. */
static const Template *compile(Loader *l, const PackSentence *s)
{
    TemplateSet *set = template_set_new(l->arena, NULL);
    Str name = STR("sentence.txt");
    Err err = { 0 };
    Rc rc = load_parts(l, set, &err);
    if (rc == RC_OK)
        rc = template_load(set, name, s->text->text, TEMPLATE_TEXT, &err);
    if (rc == RC_OK)
        rc = template_set_compile(set, &err);
    if (rc == RC_OK)
        return template_find(set, name);
    bool own = str_starts(str_c(err.place), name);
    pack_issue(l, s->at, STR("see questions in docs/PACKS.md for what a sentence may hold"), "%s%s%s",
               own ? "" : err.place, own || !err.place[0] ? "" : ": ", err.text);
    return NULL;
}

void pack_resolve_questions(Loader *l)
{
    for (size_t i = 0; i < l->n_sentences; i++) {
        const PackSentence *s = &l->sentences[i];
        if (s->is_part)
            continue;
        const Template *sentence = compile(l, s);
        if (s->question == SIZE_MAX)
            l->any_question->sentence = sentence;
        else
            l->questions[s->question].sentence = sentence;
    }
}

/* ---- baselines.csv ---- */

static bool read_month(Str text, int *ret)
{
    Str month;
    Str year = str_cut(text, '-', &month);
    int64_t y = 0;
    int64_t m = 0;
    if (text.n != 7 || year.n != 4 || !str_to_i64(year, &y) || !str_to_i64(month, &m) || m < 1 || m > 12)
        return false;
    *ret = (int)(y * 12 + m - 1);
    return true;
}

static void read_baseline(Loader *l, const CsvRow *row)
{
    LawPlace at = { .path = l->path, .line = (int)row->line, .col = 1 };
    LawBaseline b = { 0 };
    if (row->n == 1 && !row->cells[0].n)
        return;
    if (row->n != 4) {
        pack_issue(l, at, STR("figure,month,value,source"), "a baseline has four cells, not %zu", row->n);
        return;
    }
    b.figure = pack_find_figure(l, at, str_trim(row->cells[0]));
    b.source = str_trim(row->cells[3]);
    if (!read_month(str_trim(row->cells[1]), &b.month) || !str_to_i64(str_trim(row->cells[2]), &b.value))
        pack_issue(l, at, STR("write a month such as 2022-11 and a whole number, fen where the figure is money"),
                   "the month or the value cannot be read");
    else if (b.figure && (b.figure->count == LAW_COUNT_RATIO || b.figure->count == LAW_COUNT_DISTINCT))
        pack_issue(l, at, STR("give the months of what it is made of"), "months of '%.*s' do not add up",
                   STR_ARG(b.figure->id));
    else if (!b.source.n)
        pack_issue(l, at, STR("say from which paper the value is"), "a baseline needs a source");
    else if (b.figure)
        *ARENA_PUSH(l->arena, l->baselines, l->n_baselines, l->cap_baselines) = b;
}

void pack_read_baselines(Loader *l, const LawFile *file)
{
    CsvReader csv;
    CsvRow row;
    Err err = { 0 };
    bool found = false;
    bool first = true;
    csv_reader_init(&csv, file->bytes, &(CsvOptions){ .rows_max = PACK_CATALOGUE_ROWS_MAX });
    for (;;) {
        if (csv_read_row(&csv, l->arena, &row, &found, &err) != RC_OK) {
            pack_issue_err(l, &err);
            return;
        }
        if (!found)
            return;
        if (!first)
            read_baseline(l, &row);
        else if (row.n != 4 || !str_eq_c(row.cells[0], "figure"))
            pack_issue(l, (LawPlace){ .path = file->path, .line = 1, .col = 1 }, STR("figure,month,value,source"),
                       "the first row names the columns");
        first = false;
    }
}
