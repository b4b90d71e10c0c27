#include "app/catalogues.h"
#include "app/read.h"
#include "lib/fmt/charset.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"
#include "ui/web/import_words.h"

#include <string.h>

enum { LIST_FILE_MAX = 8 << 20 };

typedef struct CatalogueRun {
    Cli *cli;
    App *app;
    Db *db;
    Str name;
    bool found; /* something was wrong with what was read */
} CatalogueRun;

/* ---- list, export ---- */

static Rc list(CatalogueRun *run, Err *err)
{
    const LawPack *pack = app_pack(run->app);
    for (int i = 0; i < ROSTER_COUNT; i++) {
        RosterTable table;
        TRY(roster_table(run->db, app_j(run->app), (Roster)i, run->cli->arena, &table, err));
        printf("%-16s %6zu\n", roster_names[i], table.n_rows);
    }
    for (size_t i = 0; i < pack->n_catalogues; i++)
        printf("%-16.*s %6zu\n", STR_ARG(pack->catalogues[i]->name), pack->catalogues[i]->n_items);
    return RC_OK;
}

static Rc export(CatalogueRun *run, Err *err)
{
    Roster roster;
    CLEANUP(buf_free) Buf out;
    buf_init(&out, LIST_FILE_MAX);
    Rc rc = RC_OK;
    if (roster_find(run->name, &roster)) {
        RosterTable table;
        rc = roster_table(run->db, app_j(run->app), roster, run->cli->arena, &table, err);
        if (rc == RC_OK)
            roster_write_csv(&out, &table);
    } else {
        Str csv = catalogue_csv(app_pack(run->app), run->name);
        if (!csv.n)
            rc = err_set(err, RC_NOT_FOUND, "there is no list '%.*s'; see: yifa catalogue list", STR_ARG(run->name));
        buf_str(&out, csv);
    }
    if (rc == RC_OK)
        rc = buf_check(&out, err);
    if (rc == RC_OK)
        fwrite(buf_view(&out).p, 1, buf_view(&out).n, stdout);
    return rc;
}

/* ---- import ---- */

static void print_problems(CatalogueRun *run, const RosterChange *change)
{
    for (size_t i = 0; i < change->n_problems; i++) {
        const RosterProblem *p = &change->problems[i];
        printf("%s:%zu: %.*s '%.*s' %s\n", run->cli->args[2], p->line, STR_ARG(p->column), STR_ARG(p->value),
               cli_text(run->cli, roster_fault_text(p->fault)));
    }
    run->found = change->n_problems > 0;
}

static Rc import_roster(CatalogueRun *run, Roster roster, Str csv, int64_t person, Err *err)
{
    RosterChange change;
    bool preview = cli_option(run->cli, "preview") != NULL;
    TRY(roster_read_csv(run->app, roster, csv, person, preview, run->cli->arena, &change, err));
    print_problems(run, &change);
    printf(cli_text(run->cli, N_("%zu new, %zu changed, %zu as they were\n")), change.n_new, change.n_changed,
           change.n_same);
    if (run->found)
        printf("%s\n", cli_text(run->cli, N_("Nothing was changed.")));
    return RC_OK;
}

static Rc import_catalogue(CatalogueRun *run, Str csv, int64_t person, Err *err)
{
    const LawIssue *issues = NULL;
    size_t n = 0;
    Day from = DAY_NONE;
    const char *day = cli_option(run->cli, "from");
    if (day && !day_parse(str_c(day), &from))
        return err_set(err, RC_INVALID, "--from '%s' is no day such as 2023-01-31", day);
    Rc rc = catalogue_put(run->app, run->name, csv, from, person, run->cli->arena, &issues, &n, err);
    for (size_t i = 0; i < n; i++)
        printf("%.*s:%d:%d: %.*s\n", STR_ARG(issues[i].at.path), issues[i].at.line, issues[i].at.col,
               STR_ARG(issues[i].text));
    if (rc == RC_OK)
        printf(cli_text(run->cli, N_("%.*s is in force from the day given, as a version of the pack of its own.\n")),
               STR_ARG(run->name));
    return rc;
}

static Rc import(CatalogueRun *run, Err *err)
{
    Str bytes;
    Str csv;
    const char *charset;
    Roster roster;
    int64_t person = ACTOR_SYSTEM;
    const char *login = cli_option(run->cli, "as");
    TRY(os_read_file(run->cli->arena, run->cli->args[2], LIST_FILE_MAX, &bytes, err));
    TRY(text_to_utf8(run->cli->arena, bytes, &csv, &charset, err));
    if (login)
        TRY(read_login(run->db, app_j(run->app), str_c(login), &person, err));
    return roster_find(run->name, &roster) ? import_roster(run, roster, csv, person, err)
                                           : import_catalogue(run, csv, person, err);
}

static const struct {
    const char *name;
    int n_args;
    Rc (*run)(CatalogueRun *run, Err *err);
} verbs[] = { { "list", 1, list }, { "export", 2, export }, { "import", 3, import } };

int cmd_catalogue(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CLEANUP(db_closep) Db *db = NULL;
    Err err = { 0 };
    size_t verb = 0;
    while (verb < ARRAY_LEN(verbs) && strcmp(cli->args[0], verbs[verb].name) != 0)
        verb++;
    if (verb == ARRAY_LEN(verbs) || cli->n_args != verbs[verb].n_args) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("say: list, export NAME, or import NAME FILE")));
        return EXIT_USAGE;
    }
    if (cli_open(cli, false, &app, &err) != RC_OK || app_reader(app, &db, &err) != RC_OK)
        return cli_failed(cli, &err);
    CatalogueRun run = { .cli = cli, .app = app, .db = db, .name = str_c(cli->n_args > 1 ? cli->args[1] : "") };
    if (verbs[verb].run(&run, &err) != RC_OK)
        return cli_failed(cli, &err);
    return run.found ? EXIT_FOUND : EXIT_DONE;
}
