/* Every page of web/templates against its sample models (models/PAGE.json, models/PAGE@VARIANT.json), in both
 * languages: no gaps, well formed, all wording translated. With YIFA_PAGES=folder the pages are written there as
 * PAGE[@VARIANT].LANGUAGE.html. The project's folder is the only argument. */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "po.h"
#include "wellformed.h"

static const char *root;

typedef struct Site {
    Arena *arena;
    Po po;
    bool chinese;
    Str untranslated;
    TemplateSet *set;
} Site;

static Str translate(void *ctx, Str msgid)
{
    Site *site = ctx;
    Str found = site->chinese ? po_find(&site->po, msgid) : msgid;
    if (found.n == 0)
        site->untranslated = msgid;
    return found.n > 0 ? found : msgid;
}

static Str translate_n(void *ctx, Str one, Str many, unsigned long n)
{
    const Site *site = ctx;
    return site->chinese ? translate(ctx, one) : n == 1 ? one : many;
}

/* Names in a folder that end in `ending`, sorted. */
static size_t list(Arena *arena, const char *folder, const char *ending, Str *names, size_t max)
{
    struct dirent **found = NULL;
    int n = scandir(folder, &found, NULL, alphasort);
    size_t kept = 0;
    for (int i = 0; i < n; i++) {
        Str name = str_c(found[i]->d_name);
        if (str_ends(name, str_c(ending)) && kept < max)
            names[kept++] = arena_str(arena, name);
        free(found[i]);
    }
    free(found);
    return kept;
}

static const char *in(Arena *arena, const char *folder, Str name)
{
    return arena_c(arena, arena_printf(arena, "%s/%s/%.*s", root, folder, STR_ARG(name)));
}

static void load_site(Site *site, bool chinese)
{
    Err err = { 0 };
    site->arena = support_arena();
    site->chinese = chinese;
    po_read(&site->po, site->arena, read_file(site->arena, in(site->arena, "po", STR("zh.po"))));
    site->set = template_set_new(site->arena, &(TemplateSetOptions){ translate, translate_n, site, NULL, 0 });
    Str names[200];
    size_t n = list(site->arena, in(site->arena, "web", STR("templates")), ".html", names, ARRAY_LEN(names));
    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        Str text = read_file(site->arena, in(site->arena, "web/templates", names[i]));
        assert_int_equal(template_load(site->set, names[i], text, TEMPLATE_HTML, &err), RC_OK);
    }
    if (template_set_compile(site->set, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    if (site->untranslated.n > 0)
        fail_msg("no Chinese for \"%.*s\"", STR_ARG(site->untranslated));
}

static void write_page(Site *site, Str model_name, Str page)
{
    const char *folder = getenv("YIFA_PAGES");
    if (!folder)
        return;
    Str stem = str_slice(model_name, 0, model_name.n - 5);
    const char *path = arena_c(
        site->arena, arena_printf(site->arena, "%s/%.*s.%s.html", folder, STR_ARG(stem), site->chinese ? "zh" : "en"));
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(page.p, 1, page.n, file);
    fclose(file);
}

static const Template *page_of(Site *site, Str model_name)
{
    Str rest;
    Str stem = str_cut(str_slice(model_name, 0, model_name.n - 5), '@', &rest);
    Str name = arena_printf(site->arena, "%.*s.html", STR_ARG(stem));
    const Template *t = template_find(site->set, name);
    if (!t)
        fail_msg("no page %.*s", STR_ARG(name));
    return t;
}

static void check_page(Site *site, Str model_name)
{
    Err err = { 0 };
    Json model;
    Str text = read_file(site->arena, in(site->arena, "tests/template/models", model_name));
    if (json_parse(site->arena, text, &model, &err) != RC_OK)
        fail_msg("%.*s:%s: %s", STR_ARG(model_name), err.place, err.text);
    TemplateGaps gaps = { 0 };
    Buf out;
    buf_init(&out, 1024 * 1024);
    Rc rc = template_render(page_of(site, model_name), &model, &(TemplateOptions){ .gaps = &gaps }, site->arena, &out,
                            &err);
    if (rc != RC_OK)
        fail_msg("%.*s: %s", STR_ARG(model_name), err.text);
    write_page(site, model_name, buf_view(&out));
    if (gaps.n > 0)
        fail_msg("%.*s: %zu gaps, first %.*s", STR_ARG(model_name), gaps.n, STR_ARG(gaps.items[0]));
    const char *wrong = wellformed(site->arena, buf_view(&out));
    if (wrong)
        fail_msg("%.*s: %s", STR_ARG(model_name), wrong);
    buf_free(&out);
}

static void check_all(bool chinese)
{
    Site site = { 0 };
    load_site(&site, chinese);
    Str names[100];
    size_t n = list(site.arena, in(site.arena, "tests/template", STR("models")), ".json", names, ARRAY_LEN(names));
    assert_true(n > 20);
    for (size_t i = 0; i < n; i++)
        check_page(&site, names[i]);
    support_done();
}

static void pages_are_whole_in_chinese(void **state)
{
    (void)state;
    check_all(true);
}

static void pages_are_whole_in_english(void **state)
{
    (void)state;
    check_all(false);
}

/* Each page has a model, so that none is forgotten above. */
static void every_page_has_a_model(void **state)
{
    (void)state;
    Arena *arena = support_arena();
    Str names[200];
    size_t n = list(arena, in(arena, "web", STR("templates")), ".html", names, ARRAY_LEN(names));
    for (size_t i = 0; i < n; i++) {
        if (names[i].p[0] == '_')
            continue;
        Str stem = str_slice(names[i], 0, names[i].n - 5);
        (void)read_file(arena, in(arena, "tests/template/models", arena_printf(arena, "%.*s.json", STR_ARG(stem))));
    }
    support_done();
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The longest page stays far below what a reader would notice; the bound is loose, for sanitizers and busy machines. */
static void the_longest_page_is_quick(void **state)
{
    (void)state;
    Site site = { 0 };
    Err err = { 0 };
    Json model;
    load_site(&site, true);
    assert_int_equal(json_parse(site.arena,
                                read_file(site.arena, in(site.arena, "tests/template/models", STR("matter.json"))),
                                &model, &err),
                     RC_OK);
    const Template *t = template_find(site.set, STR("matter.html"));
    Buf out;
    buf_init(&out, 1024 * 1024);
    Arena *scratch = arena_new(0);
    int64_t best = INT64_MAX;
    for (int i = 0; i < 20; i++) {
        buf_clear(&out);
        arena_reset(scratch);
        int64_t start = now_us();
        assert_int_equal(template_render(t, &model, NULL, scratch, &out, &err), RC_OK);
        int64_t took = now_us() - start;
        best = took < best ? took : best;
    }
    print_message("matter.html: %zu bytes in %lld us\n", out.n, (long long)best);
    assert_true(best < 20000);
    buf_free(&out);
    arena_free(scratch);
    support_done();
}

int main(int argc, char **argv)
{
    root = argc > 1 ? argv[1] : ".";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_whole_in_chinese),
        cmocka_unit_test(pages_are_whole_in_english),
        cmocka_unit_test(every_page_has_a_model),
        cmocka_unit_test(the_longest_page_is_quick),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
