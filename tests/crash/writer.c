/* Performs acts until it is killed, saying on standard output which of them are acknowledged; or checks afterwards that
 * every acknowledged one is in the ledger and that the ledger verifies.
 *
 *   writer DIR create          makes the office
 *   writer DIR write SEED      acts without end; a line "SEQ MATTER" for each acknowledged act
 *   writer DIR check           reads such lines from standard input */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_internal.h"
#include "app/check.h"

static void must(Rc rc, const Err *err)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "writer: %s %s\n", err->place, err->text);
    exit(1);
}

static AppOptions options_of(const char *folder)
{
    return (AppOptions){ .data = folder, .clock = os_clock_system(), .entropy = os_entropy_system() };
}

static void create(const char *folder)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(app_closep) App *app = NULL;
    const LawIssue *issues = NULL;
    size_t n = 0;
    Err err = { 0 };
    AppOptions options = options_of(folder);
    must(app_create(&options, true, &err), &err);
    must(app_open(&options, &app, &err), &err);
    must(app_adopt(app, YIFA_SOURCE "/packs/guanhu", DAY_NONE, ACTOR_SYSTEM, arena, &issues, &n, &err), &err);
}

static void write_acts(const char *folder, unsigned seed)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    AppOptions options = options_of(folder);
    must(app_open(&options, &app, &err), &err);
    for (unsigned round = seed;; round++) {
        enum { BATCH_MAX = 64 };
        CLEANUP(arena_freep) Arena *arena = arena_new(0);
        ActRequest requests[BATCH_MAX];
        ActResult results[BATCH_MAX];
        size_t n = 1 + round * 2654435761u % BATCH_MAX;
        Json form;
        must(json_parse(arena,
                        STR("{\"category\":\"noise\",\"place\":\"road 12\",\"description\":\"works at night\","
                            "\"appellant_phone\":\"19900000000\"}"),
                        &form, &err),
             &err);
        for (size_t i = 0; i < n; i++)
            requests[i] =
                (ActRequest){ .actor = ACTOR_PUBLIC, .procedure = STR("appeal"), .act = STR("submit"), .form = form };
        must(app_perform_many(app, requests, n, arena, results, &err), &err);
        for (size_t i = 0; i < n; i++)
            if (results[i].answer == ANSWER_DONE)
                printf("%lld %lld\n", (long long)results[i].seq, (long long)results[i].matter);
        fflush(stdout);
    }
}

static bool has_entry(App *app, int64_t seq, int64_t matter)
{
    static const char sql[] = "SELECT count(*) FROM matter_entry WHERE j = ?1 AND matter = ?2 AND seq = ?3";
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    Err err = { 0 };
    DbValue params[] = { DBI(app->j), DBI(matter), DBI(seq) };
    must(db_query(app->db, sql, params, 3, &rows, &err), &err);
    must(db_next(rows, &more, &err), &err);
    return more && db_int(rows, 0) == 1;
}

static int check(const char *folder)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(app_closep) App *app = NULL;
    CheckReport report = { 0 };
    Err err = { 0 };
    AppOptions options = options_of(folder);
    must(app_open(&options, &app, &err), &err);
    long long seq;
    long long matter;
    long long acknowledged = 0;
    long long lost = 0;
    while (scanf("%lld %lld", &seq, &matter) == 2) {
        acknowledged++;
        lost += !has_entry(app, seq, matter);
    }
    must(app_verify(app, (CheckProgress){ 0 }, arena, &report, &err), &err);
    printf("%lld acknowledged, %lld lost, %lld entries, %zu faults\n", acknowledged, lost, (long long)report.entries,
           report.n_faults);
    return lost || report.n_faults;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[2], "create") == 0)
        create(argv[1]);
    else if (argc == 4 && strcmp(argv[2], "write") == 0)
        write_acts(argv[1], (unsigned)atoi(argv[3]));
    else if (argc == 3 && strcmp(argv[2], "check") == 0)
        return check(argv[1]);
    else
        return 2;
    return 0;
}
