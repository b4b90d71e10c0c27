/* Packs: folder -> tree of files -> digest -> compiled pack, and the book of adopted ones. */
#include <string.h>

#include "app/app_internal.h"

enum { PACK_FILE_MAX = 4 << 20 };

static const char SQL_ADOPTIONS[] = "SELECT a.from_day, a.seq, a.digest, p.tree FROM pack_adoption a "
                                    "JOIN pack p ON p.digest = a.digest WHERE a.j = ?1 ORDER BY a.from_day, a.seq";

/* A pack's tree is the canonical JSON object {path: text}; its digest names the pack. */
static Str encode_tree(Arena *arena, const LawFile *files, size_t n)
{
    Json tree = json_obj();
    for (size_t i = 0; i < n; i++)
        json_add(arena, &tree, files[i].path, json_str(files[i].bytes));
    return json_to_arena(arena, &tree);
}

static Rc decode_tree(Arena *arena, Str tree, LawFile **ret_files, size_t *ret_n, Err *err)
{
    Json json;
    TRY(json_parse(arena, tree, &json, err));
    LawFile *files = ARENA_ARRAY(arena, LawFile, json.n);
    for (size_t i = 0; i < json.n; i++)
        files[i] = (LawFile){ json.as.members[i].key, json_as_str(&json.as.members[i].value) };
    *ret_files = files;
    *ret_n = json.n;
    return RC_OK;
}

static Rc read_folder(Arena *arena, const char *folder, LawFile **ret_files, size_t *ret_n, Err *err)
{
    OsNames names;
    TRY(os_list_tree(arena, folder, &names, err));
    LawFile *files = ARENA_ARRAY(arena, LawFile, names.n);
    size_t n = 0;
    for (size_t i = 0; i < names.n; i++) {
        if (str_starts(names.names[i], STR("demo/")))
            continue; /* the demonstration's plan is no part of the law */
        Str path = arena_printf(arena, "%s/%.*s", folder, STR_ARG(names.names[i]));
        Str bytes;
        size_t bad;
        TRY(os_read_file(arena, path.p, PACK_FILE_MAX, &bytes, err));
        if (!str_is_utf8(bytes, &bad))
            return err_at(err, RC_PARSE, path.p, "byte %zu is not UTF-8; save the file as UTF-8", bad);
        files[n++] = (LawFile){ names.names[i], bytes };
    }
    *ret_files = files;
    *ret_n = n;
    return RC_OK;
}

static Rc load(Arena *arena, const Crypto *crypto, const LawFile *files, size_t n, const LawPack **ret,
               const LawIssue **ret_issues, size_t *ret_n_issues, Err *err)
{
    const LawPack *pack = NULL;
    TRY(law_pack_load(arena, files, n, &pack, ret_issues, ret_n_issues, err));
    LawPack *named = ARENA_NEW(arena, LawPack);
    *named = *pack;
    uint8_t *digest = arena_alloc(arena, CRYPTO_DIGEST_SIZE);
    crypto_sha256(crypto, encode_tree(arena, files, n), digest);
    named->digest = (Str){ (const char *)digest, CRYPTO_DIGEST_SIZE };
    named->digest_hex = hex_to_arena(arena, digest, CRYPTO_DIGEST_SIZE);
    *ret = named;
    return RC_OK;
}

Rc app_load_pack(Arena *arena, const Crypto *crypto, const char *folder, const LawPack **ret,
                 const LawIssue **ret_issues, size_t *ret_n_issues, Err *err)
{
    LawFile *files = NULL;
    size_t n = 0;
    TRY(read_folder(arena, folder, &files, &n, err));
    return load(arena, crypto, files, n, ret, ret_issues, ret_n_issues, err);
}

static Rc adopted_pack(App *app, Str digest, Str tree, const LawPack **ret, Err *err)
{
    *ret = law_book_find(&app->book, digest);
    if (!*ret && app->adopting && str_eq(app->adopting->digest, digest))
        *ret = app->adopting;
    if (*ret)
        return RC_OK;
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    LawFile *files = NULL;
    size_t n = 0;
    TRY(decode_tree(app->arena, tree, &files, &n, err));
    TRY(load(app->arena, app->crypto, files, n, ret, &issues, &n_issues, err));
    if (!str_eq((*ret)->digest, digest))
        return err_set(err, RC_CORRUPT, "a stored pack does not have the digest it is stored under");
    return RC_OK;
}

Rc app_read_book(App *app, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    LawAdoption *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    DbValue j = DBI(app->j);
    TRY(db_query(app->db, SQL_ADOPTIONS, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        LawAdoption a = { .from = (Day)db_int(rows, 0),
                          .seq = db_int(rows, 1),
                          .digest = db_str_in(rows, 2, app->arena) };
        TRY(adopted_pack(app, a.digest, db_str(rows, 3), &a.pack, err));
        *ARENA_PUSH(app->arena, list, n, cap) = a;
        TRY(db_next(rows, &more, err));
    }
    app->book = (LawBook){ .adoptions = list, .n = n };
    return RC_OK;
}

static Json put_row(Arena *arena, const LawPack *pack)
{
    Json row = json_obj();
    json_add(arena, &row, STR("code"), json_str(pack->code));
    json_add(arena, &row, STR("name"), json_str(pack->office));
    json_add(arena, &row, STR("zone"), json_int(pack->zone_minutes));
    return row;
}

/* Figures are numbered in the order in which they were first adopted, so that a number never changes its meaning. */
static void put_figures(App *app, Arena *arena, const LawPack *pack, Effects *effects)
{
    const LawPack *before = law_book_latest(&app->book);
    int64_t next = before ? (int64_t)before->n_figures : 0;
    for (size_t i = 0; i < pack->n_figures; i++) {
        const LawFigure *f = pack->figures[i];
        if (before && map_get(&before->figures_by_id, f->id))
            continue;
        uint8_t digest[CRYPTO_DIGEST_SIZE];
        crypto_sha256(app->crypto, f->definition, digest);
        Json row = json_obj();
        json_add(arena, &row, STR("digest"), json_str(hex_to_arena(arena, digest, sizeof digest)));
        json_add(arena, &row, STR("fig"), json_int(++next));
        json_add(arena, &row, STR("id"), json_str(f->id));
        effects_add(arena, effects, (Effect){ .kind = EFFECT_PUT, .name = STR("figure"), .value = row });
    }
}

/* Facts of matters that are there were derived under the figures in force. A pack that counts otherwise would make them
 * wrong from one entry to the next, so for now it is refused; figures may be added or changed while there is no matter.
 */
static Rc check_figures(App *app, const LawPack *pack, Err *err)
{
    static const char sql[] = "SELECT id FROM matter WHERE j = ?1 LIMIT 1";
    CLEANUP(db_endp) DbRows *rows = NULL;
    const LawPack *before = law_book_latest(&app->book);
    bool more = false;
    DbValue j = DBI(app->j);
    TRY(db_query(app->db, sql, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    for (size_t i = 0; more && before && i < pack->n_figures; i++) {
        const LawFigure *now = pack->figures[i];
        const LawFigure *then = map_get(&before->figures_by_id, now->id);
        if (!then || !str_eq(then->definition, now->definition))
            return err_set(err, RC_INVALID,
                           "figure %.*s is %s, but there are matters already; keep the figures of version %.*s",
                           STR_ARG(now->id), then ? "defined in another way" : "new", STR_ARG(before->version));
    }
    return RC_OK;
}

Rc app_adopt(App *app, const char *folder, Day from, int64_t actor, Arena *arena, const LawIssue **ret_issues,
             size_t *ret_n_issues, Err *err)
{
    LawFile *files = NULL;
    size_t n = 0;
    TRY(read_folder(arena, folder, &files, &n, err));
    return app_adopt_files(app, files, n, from, actor, arena, ret_issues, ret_n_issues, err);
}

/* Into the App's own arena, so that what is compiled here is what the book holds afterwards. A pack that will not do
 * leaves nothing there; its mistakes are found once more, for the caller's arena. */
static Rc compile_for_book(App *app, const LawFile *files, size_t n, const LawPack **ret, Arena *arena,
                           const LawIssue **ret_issues, size_t *ret_n_issues, Err *err)
{
    const LawPack *pack = NULL;
    ArenaMark mark = arena_mark(app->arena);
    Rc rc = load(app->arena, app->crypto, files, n, &pack, ret_issues, ret_n_issues, err);
    if (rc == RC_OK)
        rc = check_figures(app, pack, err);
    else
        pack = NULL;
    if (rc != RC_OK) {
        arena_rewind(app->arena, mark);
        return pack ? rc : load(arena, app->crypto, files, n, ret, ret_issues, ret_n_issues, err);
    }
    app->adopting = pack;
    *ret = pack;
    return RC_OK;
}

Rc app_adopt_files(App *app, const LawFile *files, size_t n, Day from, int64_t actor, Arena *arena,
                   const LawIssue **ret_issues, size_t *ret_n_issues, Err *err)
{
    const LawPack *pack = NULL;
    TRY(compile_for_book(app, files, n, &pack, arena, ret_issues, ret_n_issues, err));
    Json row = json_obj();
    json_add(arena, &row, STR("digest"), json_str(pack->digest_hex));
    json_add(arena, &row, STR("from_day"), json_int(from == DAY_NONE ? pack->from : from));
    Effects effects = { 0 };
    effects_add(arena, &effects, (Effect){ .kind = EFFECT_PUT, .name = STR("pack_adoption"), .value = row });
    effects_add(arena, &effects,
                (Effect){ .kind = EFFECT_PUT, .name = STR("jurisdiction"), .value = put_row(arena, pack) });
    put_figures(app, arena, pack, &effects);

    /* The tree is stored first and by digest, so it may stand there unadopted when the next step fails. */
    DbValue values[] = { DBB(pack->digest), DBT(pack->name), DBT(pack->version), DBB(encode_tree(arena, files, n)) };
    TRY(db_begin(app->db, err));
    Rc rc = db_write(app->db, &schema_tables[T_PACK], DB_IGNORE, values, 1, NULL, err);
    if (rc != RC_OK) {
        db_rollback(app->db);
        return rc;
    }
    TRY(db_commit(app->db, err));
    TRY(app_put(app, &effects, STR("adopt"), actor, NULL, err));
    return app_read_book(app, err);
}
