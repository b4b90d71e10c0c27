#include "app/read.h"
#include "app/reconcile.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

typedef struct ReconcileArgs {
    const char *login;
    bool preview;
    ReconcileSpan span;
    bool found; /* differences */
} ReconcileArgs;

static const char *const group_names[] = { "same", "ours", "theirs", "field" };

static void print_text(const Cli *cli, const Reconciliation *r, const ReconcileDone *done)
{
    for (size_t i = 0; i < r->n_items; i++) {
        const ReconcileItem *item = &r->items[i];
        if (item->group == COMPARE_SAME)
            continue;
        printf("%-6s %.*s", group_names[item->group], STR_ARG(item->number));
        if (item->field)
            printf(" %.*s: %.*s | %.*s", STR_ARG(item->field->title), STR_ARG(item->ours), STR_ARG(item->theirs));
        else
            printf(" %.*s", STR_ARG(item->title));
        printf("\n");
    }
    for (size_t i = 0; i < r->n_nameless; i++)
        printf(cli_text(cli, N_("line %zu has no number\n")), r->nameless[i]);
    for (size_t i = 0; i < r->n_twice; i++)
        printf(cli_text(cli, N_("line %zu has a number that stood before\n")), r->twice[i]);
    for (size_t i = 0; i < r->n_absent; i++)
        printf(cli_text(cli, N_("the list has no column %.*s, so it was not compared\n")), STR_ARG(r->absent[i]));
    printf(cli_text(cli, N_("%zu rows: %zu the same, %zu only here, %zu only in the list, %zu with other values\n")),
           r->n_rows, r->counts[COMPARE_SAME], r->counts[COMPARE_OURS], r->counts[COMPARE_THEIRS],
           r->counts[COMPARE_FIELD]);
    if (done)
        printf(cli_text(cli, N_("differences: %lld opened, %lld changed, %lld came back, %lld closed\n")),
               (long long)done->opened, (long long)done->changed, (long long)done->reopened, (long long)done->closed);
    if (done && done->refused)
        printf(cli_text(cli, N_("%lld could not be recorded: %.*s\n")), (long long)done->refused, STR_ARG(done->why));
}

static Json item_json(Arena *arena, const ReconcileItem *item)
{
    Json out = json_obj();
    json_add(arena, &out, STR("group"), json_c(group_names[item->group]));
    json_add(arena, &out, STR("number"), json_str(item->number));
    json_add(arena, &out, STR("line"), item->line ? json_int((int64_t)item->line) : json_null());
    json_add(arena, &out, STR("matter"), item->matter ? json_int(item->matter) : json_null());
    json_add(arena, &out, STR("field"), item->field ? json_str(item->field->id) : json_null());
    json_add(arena, &out, STR("ours"), json_str(item->ours));
    json_add(arena, &out, STR("theirs"), json_str(item->theirs));
    json_add(arena, &out, STR("difference"), item->difference ? json_int(item->difference) : json_null());
    return out;
}

static void print_json(const Cli *cli, const Reconciliation *r, const ReconcileDone *done)
{
    Arena *arena = cli->arena;
    Json out = json_obj();
    Json items = json_arr();
    Json counts = json_obj();
    for (size_t i = 0; i < COMPARE_GROUPS; i++)
        json_add(arena, &counts, str_c(group_names[i]), json_int((int64_t)r->counts[i]));
    for (size_t i = 0; i < r->n_items; i++)
        if (r->items[i].group != COMPARE_SAME)
            json_push(arena, &items, item_json(arena, &r->items[i]));
    json_add(arena, &out, STR("list"), json_str(r->import->id));
    json_add(arena, &out, STR("rows"), json_int((int64_t)r->n_rows));
    json_add(arena, &out, STR("counts"), counts);
    json_add(arena, &out, STR("without_number"), json_int((int64_t)r->n_nameless));
    json_add(arena, &out, STR("twice"), json_int((int64_t)r->n_twice));
    json_add(arena, &out, STR("items"), items);
    if (done) {
        json_add(arena, &out, STR("opened"), json_int(done->opened));
        json_add(arena, &out, STR("changed"), json_int(done->changed));
        json_add(arena, &out, STR("reopened"), json_int(done->reopened));
        json_add(arena, &out, STR("closed"), json_int(done->closed));
        json_add(arena, &out, STR("refused"), json_int(done->refused));
    }
    Str text = json_to_arena(arena, &out);
    printf("%.*s\n", STR_ARG(text));
}

static Rc run(Cli *cli, App *app, ReconcileArgs *args, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    Reconciliation found;
    ReconcileDone done = { 0 };
    int64_t person = 0;
    Str bytes;
    const LawPack *pack = app_pack(app);
    const LawImport *import = pack ? law_import(pack, str_c(cli->args[0])) : NULL;
    if (!import)
        return err_set(err, RC_NOT_FOUND, "the pack reads no list %s", cli->args[0]);
    TRY(app_reader(app, &db, err));
    if (args->login)
        TRY(read_login(db, app_j(app), str_c(args->login), &person, err));
    TRY(os_read_file(cli->arena, cli->args[1], IMPORT_BYTES_MAX, &bytes, err));
    ImportSource source = { .db = db, .j = app_j(app), .pack = pack, .dir = app_directory(app), .now = app_now(app) };
    if (args->preview)
        TRY(reconcile(&source, import, bytes, args->span, cli->arena, &found, err));
    else
        TRY(app_reconcile(app, import, bytes, args->span, person, cli->arena, &found, &done, err));
    args->found = found.counts[COMPARE_SAME] != found.n_items || done.refused;
    if (cli_wants_json(cli))
        print_json(cli, &found, args->preview ? NULL : &done);
    else
        print_text(cli, &found, args->preview ? NULL : &done);
    return RC_OK;
}

static bool read_day(const Cli *cli, const char *option, Day *ret)
{
    const char *text = cli_option(cli, option);
    *ret = DAY_NONE;
    if (!text || day_parse(str_c(text), ret))
        return true;
    fprintf(stderr, cli_text(cli, N_("yifa: --%s takes a day such as 2023-12-22\n")), option);
    return false;
}

int cmd_reconcile(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    ReconcileArgs args = { .login = cli_option(cli, "as"), .preview = cli_option(cli, "preview") != NULL };
    if (!read_day(cli, "from", &args.span.from) || !read_day(cli, "to", &args.span.to))
        return EXIT_USAGE;
    if (cli_open(cli, args.preview, &app, &err) != RC_OK || run(cli, app, &args, &err) != RC_OK)
        return cli_failed(cli, &err);
    return args.found ? EXIT_FOUND : EXIT_DONE;
}
