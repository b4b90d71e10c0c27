#include "app/import.h"
#include "app/read.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"
#include "ui/web/import_words.h"

#include <string.h>

typedef struct ImportArgs {
    const char *file;
    const char *login;
    const char *undo;
    bool preview;
    bool found; /* rows with mistakes */
} ImportArgs;

static void print_text(const Cli *cli, const ImportTable *table, int64_t batch)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        const ImportRow *row = &table->rows[i];
        for (size_t k = 0; k < row->n_problems; k++)
            printf("%zu: %.*s %s %.*s\n", row->line, STR_ARG(row->problems[k].column),
                   cli_text(cli, import_fault_text(row->problems[k].fault)), STR_ARG(row->problems[k].value));
    }
    printf(cli_text(cli, N_("%zu rows: %zu new, %zu added to, %zu known already, %zu with mistakes\n")), table->n_rows,
           table->counts[IMPORT_NEW], table->counts[IMPORT_UPDATE], table->counts[IMPORT_SAME],
           table->counts[IMPORT_ERROR]);
    if (batch)
        printf(cli_text(cli, N_("This is import %lld; take it back with: yifa import --undo %lld\n")), (long long)batch,
               (long long)batch);
}

static void print_json(const Cli *cli, const ImportTable *table, int64_t batch)
{
    Arena *arena = cli->arena;
    Json all = json_obj();
    Json problems = json_arr();
    for (size_t i = 0; i < table->n_rows; i++) {
        for (size_t k = 0; k < table->rows[i].n_problems; k++) {
            const ImportProblem *p = &table->rows[i].problems[k];
            Json row = json_obj();
            json_add(arena, &row, STR("line"), json_int((int64_t)table->rows[i].line));
            json_add(arena, &row, STR("column"), json_str(p->column));
            json_add(arena, &row, STR("fault"), json_c(cli_text(cli, import_fault_text(p->fault))));
            json_add(arena, &row, STR("value"), json_str(p->value));
            json_push(arena, &problems, row);
        }
    }
    json_add(arena, &all, STR("batch"), batch ? json_int(batch) : json_null());
    json_add(arena, &all, STR("new"), json_int((int64_t)table->counts[IMPORT_NEW]));
    json_add(arena, &all, STR("update"), json_int((int64_t)table->counts[IMPORT_UPDATE]));
    json_add(arena, &all, STR("same"), json_int((int64_t)table->counts[IMPORT_SAME]));
    json_add(arena, &all, STR("error"), json_int((int64_t)table->counts[IMPORT_ERROR]));
    json_add(arena, &all, STR("problems"), problems);
    Str text = json_to_arena(arena, &all);
    printf("%.*s\n", STR_ARG(text));
}

/* The list whose number column the file has; a pack may have several. */
static Rc find_import(const App *app, const ImportSource *source, Str bytes, Arena *arena, const LawImport **ret,
                      ImportTable *table, Err *err)
{
    const LawPack *pack = app_pack(app);
    Rc rc = err_set(err, RC_NOT_FOUND, "the pack reads no lists");
    for (size_t i = 0; pack && rc != RC_OK && i < pack->n_imports; i++) {
        rc = import_plan(source, pack->imports[i], bytes, arena, table, err);
        *ret = pack->imports[i];
    }
    return rc;
}

static Rc import_file(Cli *cli, App *app, Db *db, ImportArgs *args, int64_t person, Err *err)
{
    ImportTable table;
    const LawImport *import = NULL;
    int64_t batch = 0;
    Str bytes;
    ImportSource source = {
        .db = db, .j = app_j(app), .pack = app_pack(app), .dir = app_directory(app), .now = app_now(app)
    };
    TRY(os_read_file(cli->arena, args->file, IMPORT_BYTES_MAX, &bytes, err));
    TRY(find_import(app, &source, bytes, cli->arena, &import, &table, err));
    if (!args->preview) {
        const char *slash = strrchr(args->file, '/');
        TRY(app_import(app, import, bytes, str_c(slash ? slash + 1 : args->file), person, 0, cli->arena, &table, &batch,
                       err));
    }
    args->found = table.counts[IMPORT_ERROR] > 0;
    if (cli_wants_json(cli))
        print_json(cli, &table, batch);
    else
        print_text(cli, &table, batch);
    return RC_OK;
}

static Rc undo(Cli *cli, App *app, const ImportArgs *args, int64_t person, Err *err)
{
    int64_t batch = 0;
    int64_t n = 0;
    if (!str_to_i64(str_c(args->undo), &batch))
        return err_set(err, RC_INVALID, "--undo takes the number of an import");
    Str reason = str_c(cli_text(cli, N_("the import was taken back")));
    TRY(app_import_undo(app, batch, reason, person, cli->arena, &n, err));
    printf(cli_text(cli, N_("Import %lld taken back: %lld records made void.\n")), (long long)batch, (long long)n);
    return RC_OK;
}

static Rc run(Cli *cli, App *app, ImportArgs *args, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    int64_t person = 0;
    TRY(app_reader(app, &db, err));
    if (args->login)
        TRY(read_login(db, app_j(app), str_c(args->login), &person, err));
    return args->undo ? undo(cli, app, args, person, err) : import_file(cli, app, db, args, person, err);
}

int cmd_import(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    ImportArgs args = { .file = cli->n_args ? cli->args[0] : NULL,
                        .login = cli_option(cli, "as"),
                        .undo = cli_option(cli, "undo"),
                        .preview = cli_option(cli, "preview") != NULL };
    if (!args.file == !args.undo) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("name a file to take in, or --undo N")));
        return EXIT_USAGE;
    }
    if (!args.login && !args.preview) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("--as LOGIN says who imports")));
        return EXIT_USAGE;
    }
    if (cli_open(cli, args.preview, &app, &err) != RC_OK || run(cli, app, &args, &err) != RC_OK)
        return cli_failed(cli, &err);
    return args.found ? EXIT_FOUND : EXIT_DONE;
}
