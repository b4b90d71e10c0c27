/* The articles that the pack's rules quote, law by law. */
#include <stdlib.h>

#include "ui/web/pages_matter.h"

static Str version_text(Page *page, const LawLaw *law)
{
    return arena_printf(page->arena, page_format(page, N_("Version %.*s, in force since %s.")), STR_ARG(law->version),
                        show_day(page, law->from).p);
}

Rc page_laws(Page *page, Json *ret_model, Err *err)
{
    Json model = json_obj();
    Json laws = json_arr();
    (void)err;
    for (size_t i = 0; i < page->pack->n_laws; i++) {
        const LawLaw *law = page->pack->laws[i];
        Json out = json_obj();
        model_text(page, &out, "id", law->id);
        model_text(page, &out, "title", law->title);
        model_text(page, &out, "full", law->full);
        model_text(page, &out, "version_text", version_text(page, law));
        model_text(page, &out, "url", arena_printf(page->arena, "/laws/%.*s", STR_ARG(law->id)));
        json_push(page->arena, &laws, out);
    }
    page_name(page, &model, page_text(page, N_("Laws and rules")), "laws");
    model_text(page, &model, "lede",
               arena_printf(page->arena, page_format(page, N_("Pack %.*s %.*s, in force since %s.")),
                            STR_ARG(page->pack->name), STR_ARG(page->pack->version),
                            show_day(page, page->pack->from).p));
    model_put(page, &model, "laws", laws);
    *ret_model = model;
    return RC_OK;
}

/* Articles in the order of their numbers: what a reader looks for is a number. */
typedef struct Article {
    Str title;
    Str quote;
    int64_t number;
    int64_t paragraph;
} Article;

static int64_t next_number(Str text, size_t *at)
{
    while (*at < text.n && (text.p[*at] < '0' || text.p[*at] > '9'))
        (*at)++;
    size_t from = *at;
    while (*at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9')
        (*at)++;
    int64_t n = 0;
    return str_to_i64(str_slice(text, from, *at), &n) ? n : 0;
}

static int compare_articles(const void *a, const void *b)
{
    const Article *x = a;
    const Article *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (x->paragraph != y->paragraph)
        return x->paragraph < y->paragraph ? -1 : 1;
    return str_cmp(x->title, y->title);
}

static size_t gather_articles(Page *page, const LawLaw *law, Article **ret)
{
    Article *list = ARENA_ARRAY(page->arena, Article, law->articles.count);
    size_t n = 0;
    for (size_t i = 0; i < law->articles.capacity; i++) {
        const MapSlot *slot = &law->articles.slots[i];
        size_t at = 0;
        if (!slot->value)
            continue;
        Article *a = &list[n++];
        *a = (Article){ .title = slot->key, .quote = *(const Str *)slot->value };
        a->number = next_number(slot->key, &at);
        a->paragraph = next_number(slot->key, &at);
    }
    if (n)
        qsort(list, n, sizeof *list, compare_articles);
    *ret = list;
    return n;
}

static Str rules_on(Page *page, const LawLaw *law, Str article)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < page->pack->n_rules; i++) {
        const LawRule *rule = page->pack->rules[i];
        if (rule->basis.law == law && str_eq(rule->basis.article, article))
            text = show_join(page, text, rule->title);
    }
    return text;
}

static Json show_articles(Page *page, const LawLaw *law)
{
    Json list = json_arr();
    Article *articles = NULL;
    size_t n = gather_articles(page, law, &articles);
    for (size_t i = 0; i < n; i++) {
        LawBasis basis = { .law = law, .article = articles[i].title, .quote = articles[i].quote };
        Json laws = show_laws(page, &basis);
        Json out = json_obj();
        model_text(page, &out, "id", show_article_id(page, articles[i].title));
        model_text(page, &out, "title", articles[i].title);
        model_put(page, &out, "paragraphs", *json_get(json_at(&laws, 0), STR("paragraphs")));
        model_text(page, &out, "rules", rules_on(page, law, articles[i].title));
        json_push(page->arena, &list, out);
    }
    return list;
}

Rc page_law(Page *page, Json *ret_model, Err *err)
{
    for (size_t i = 0; i < page->pack->n_laws; i++) {
        const LawLaw *law = page->pack->laws[i];
        Json model = json_obj();
        Json out = json_obj();
        if (!str_eq(law->id, page_param(page, "id")))
            continue;
        page_name(page, &model, law->title, "laws");
        page_crumb(page, &model, page_text(page, N_("Laws and rules")), STR("/laws"));
        page_crumb(page, &model, law->title, STR_NONE);
        model_text(page, &out, "id", law->id);
        model_text(page, &out, "title", law->title);
        model_text(page, &out, "full", law->full);
        model_text(page, &out, "version_text", version_text(page, law));
        model_put(page, &out, "articles", show_articles(page, law));
        model_put(page, &model, "law", out);
        *ret_model = model;
        return RC_OK;
    }
    return err_set(err, RC_NOT_FOUND, "the pack has no such law");
}
