/* The data folder of a command, opened with the right time: an office's own lives by the machine's clock, a
 * demonstration by the day that it pretends, so that a command does not carry the ledger off into another year. */
#include "app/app.h"
#include "core/law/book.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

enum { DEMO_HOUR = 10 };

static const char SQL_LAST[] = "SELECT last_at FROM ledger_head WHERE j = ?1";

/* The machine's clock, moved by so many milliseconds. One for the process, as a command opens one folder. */
static int64_t shift_ms;

static int64_t shifted_now(void *ctx)
{
    OsClock machine = os_clock_system();
    return os_clock_now_ms(&machine) + *(const int64_t *)ctx;
}

static Rc last_entry(const App *app, int64_t *ret, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue j = DBI(app_j(app));
    TRY(app_reader(app, &db, err));
    TRY(db_query(db, SQL_LAST, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

/* The day on which the demonstration stood before, so that it does not move on with every start; DAY_NONE: none yet. */
static Day day_before(Arena *arena, const char *path)
{
    Str text;
    Day day;
    Err unused;
    if (os_read_file(arena, path, 64, &text, &unused) != RC_OK || !day_parse(str_trim(text), &day))
        return DAY_NONE;
    return day;
}

/* The day asked for, else that of the time before, else the one after the last entry, at ten in the morning or as late
 * as the ledger has got; from then on time passes as it does. */
static Rc set_clock(const Cli *cli, const App *app, const char *data, bool keep, Err *err)
{
    Arena *arena = cli->arena;
    const char *now = cli_option(cli, "now");
    const LawPack *pack = law_book_latest(app_book(app));
    int zone = pack ? pack->zone_minutes : 0;
    int64_t last = 0;
    if (!app_is_demonstration(app))
        return now ? err_set(err, RC_DENIED, "--now is for demonstration data; these are not") : RC_OK;
    TRY(last_entry(app, &last, err));
    Str path = arena_printf(arena, "%s/today", data);
    Day reached = instant_day(last, zone);
    Day day = day_before(arena, path.p);
    if (now && !day_parse(str_c(now), &day))
        return err_set(err, RC_INVALID, "--now takes a date, as in 2023-12-22");
    if (now && day < reached)
        return err_set(err, RC_INVALID, "the ledger already reaches %s; --now must be as late",
                       day_print(arena, reached).p);
    if (day == DAY_NONE || day < reached)
        day = reached + 1;
    int64_t at = day_start(day, zone) + DEMO_HOUR * MS_PER_HOUR;
    OsClock machine = os_clock_system();
    at = at > last ? at : last + MS_PER_SECOND;
    shift_ms = at - os_clock_now_ms(&machine);
    return keep ? os_write_file_atomic(path.p, day_print(arena, day), 0640, err) : RC_OK;
}

const char *cli_data(const Cli *cli)
{
    const char *data = cli_option(cli, "data");
    return data ? data : "data";
}

Rc cli_open(const Cli *cli, bool read_only, App **ret, Err *err)
{
    AppOptions options = { .data = cli_data(cli),
                           .clock = { shifted_now, &shift_ms },
                           .entropy = os_entropy_system(),
                           .read_only = read_only };
    TRY(app_open(&options, ret, err));
    return set_clock(cli, *ret, options.data, !read_only, err);
}
