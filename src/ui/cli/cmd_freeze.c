#include "app/report.h"
#include "ui/cli/cli.h"

/* A frozen figure stands in a published document, so somebody answers for it by name. */
static Rc find_signer(App *app, Db *db, const char *login, int64_t *ret, Err *err)
{
    static const char sql[] = "SELECT id FROM person WHERE j = ?1 AND login = ?2";
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(app_j(app)), DBT(str_c(login)) };
    bool more = false;
    TRY(db_query(db, sql, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no person with the account %s", login);
    *ret = db_int(rows, 0);
    return RC_OK;
}

static Rc freeze(Cli *cli, App *app, const char *login, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    int64_t signer = 0;
    TRY(app_reader(app, &db, err));
    TRY(find_signer(app, db, login, &signer, err));
    TRY(app_freeze(app, str_c(cli->args[0]), signer, err));
    printf(cli_text(cli, N_("Report %s is frozen, signed by %s.\n")), cli->args[0], login);
    return RC_OK;
}

int cmd_freeze(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    const char *data = cli_option(cli, "data");
    const char *login = cli_option(cli, "signer");
    AppOptions options = { .data = data ? data : "data", .clock = os_clock_system(), .entropy = os_entropy_system() };
    if (!login) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("--signer LOGIN says who answers for the figures")));
        return EXIT_USAGE;
    }
    if (app_open(&options, &app, &err) != RC_OK || freeze(cli, app, login, &err) != RC_OK)
        return cli_failed(cli, &err);
    return EXIT_DONE;
}
