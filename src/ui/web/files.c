/* Templates and static files, read once at the start. */
#include <string.h>

#include "lib/os/file.h"
#include "ui/web/web_internal.h"

/* ---- templates ---- */

typedef struct Wording {
    Lang lang;
    Arena *arena;
} Wording;

static Str translate(void *ctx, Str msgid)
{
    const Wording *w = ctx;
    return i18n_str(w->lang, arena_c(w->arena, msgid));
}

static Str translate_n(void *ctx, Str one, Str many, unsigned long n)
{
    const Wording *w = ctx;
    return str_c(i18n_n(w->lang, arena_c(w->arena, one), arena_c(w->arena, many), n));
}

static Rc load_set(Web *web, Lang lang, const OsNames *names, const Str *texts, Err *err)
{
    Wording *wording = ARENA_NEW(web->arena, Wording);
    *wording = (Wording){ lang, web->arena };
    TemplateSetOptions options = { .translate = translate, .translate_n = translate_n, .ctx = wording };
    TemplateSet *set = template_set_new(web->arena, &options);
    for (size_t i = 0; i < names->n; i++)
        if (str_ends(names->names[i], STR(".html")))
            TRY(template_load(set, names->names[i], texts[i], TEMPLATE_HTML, err));
    TRY(template_set_compile(set, err));
    web->templates[lang] = set;
    return RC_OK;
}

Rc web_load_templates(Web *web, Err *err)
{
    OsNames names;
    Str folder = arena_printf(web->arena, "%s/templates", web->options.folder);
    TRY(os_list_dir(web->arena, folder.p, &names, err));
    Str *texts = ARENA_ARRAY(web->arena, Str, names.n + 1);
    for (size_t i = 0; i < names.n; i++) {
        Str path = arena_printf(web->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.names[i]));
        TRY(os_read_file(web->arena, path.p, TEMPLATE_SOURCE_MAX, &texts[i], err));
    }
    for (Lang lang = 0; lang < LANG_COUNT; lang++) {
        Rc rc = load_set(web, lang, &names, texts, err);
        if (rc != RC_OK)
            return err_wrap(err, rc, "%.*s", STR_ARG(folder));
    }
    for (size_t i = 0; i < web->n_routes; i++) {
        const char *name = web->routes[i].template;
        if (name && !template_find(web->templates[0], arena_printf(web->arena, "%s.html", name)))
            return err_at(err, RC_NOT_FOUND, folder.p, "the page %s has no template %s.html",
                          web->routes[i].route.pattern, name);
    }
    return RC_OK;
}

/* ---- static files ---- */

static const struct {
    const char *ending;
    const char *type;
} media[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".woff2", "font/woff2" },
    { ".txt", "text/plain; charset=utf-8" },
};

static const char *media_of(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(media); i++)
        if (str_ends(name, str_c(media[i].ending)))
            return media[i].type;
    return NULL;
}

/* What npm installs beside the folder of the pages: without it plots stay tables. It changes with a release only. */
static const struct {
    const char *path; /* from the folder of the pages */
    const char *name; /* under /static/ */
} packages[] = {
    { "../node_modules/echarts/dist/echarts.common.min.js", WEB_ECHARTS },
    { "../node_modules/@noble/ed25519/index.js", "noble/ed25519.js" },
    { "../node_modules/@noble/hashes/sha2.js", "noble/sha2.js" },
    { "../node_modules/@noble/hashes/_md.js", "noble/_md.js" },
    { "../node_modules/@noble/hashes/_u64.js", "noble/_u64.js" },
    { "../node_modules/@noble/hashes/utils.js", "noble/utils.js" },
};

static Rc load_asset(Web *web, const char *path, Str name, const char *cache_control, Err *err)
{
    HttpAsset *asset = ARENA_NEW(web->arena, HttpAsset);
    *asset = (HttpAsset){ .content_type = media_of(name), .cache_control = cache_control };
    TRY(os_read_file(web->arena, path, WEB_ASSETS_MAX, &asset->body, err));
    asset->etag = http_etag(web->arena, asset->body);
    map_put(&web->assets, name, asset);
    return RC_OK;
}

static Rc load_packages(Web *web, Err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(packages); i++) {
        Str path = arena_printf(web->arena, "%s/%s", web->options.folder, packages[i].path);
        if (os_exists(path.p))
            TRY(load_asset(web, path.p, str_c(packages[i].name), "public, max-age=86400", err));
    }
    return RC_OK;
}

Rc web_load_assets(Web *web, Err *err)
{
    OsNames names;
    Str folder = arena_printf(web->arena, "%s/static", web->options.folder);
    TRY(os_list_tree(web->arena, folder.p, &names, err));
    map_init(&web->assets, web->arena);
    for (size_t i = 0; i < names.n; i++) {
        Str path = arena_printf(web->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.names[i]));
        if (media_of(names.names[i]))
            TRY(load_asset(web, path.p, names.names[i], NULL, err));
    }
    return load_packages(web, err);
}
