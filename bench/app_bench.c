/* app_bench.c - what an act costs, side by side with raw SQLite in the same run.
 *
 * A plain office performs appeals in process, in batches of 1, 64 and 1,000. Then the very rows which that left in the
 * store are written again by bare sqlite3 statements, in batches of as many acts: the price of storage alone. Speeds
 * are compared only within one run; the machine's own speed cancels out. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_internal.h"
#include "lib/os/clock.h"

enum { STEPS = 6 }; /* acts per appeal */

typedef struct Bench {
    Arena *arena;
    App *app;
    char folder[64];
    int64_t now;
    OsSeeded seed;
    int64_t actor;
} Bench;

static void must(Rc rc, const Err *err)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "bench: %s %s\n", err->place, err->text);
    exit(1);
}

static Json parse(Arena *arena, const char *text)
{
    Json json;
    Err err = { 0 };
    must(json_parse(arena, str_c(text), &json, &err), &err);
    return json;
}

static void put(Bench *b, const char *table, const char *row, int64_t *ret_id)
{
    Err err = { 0 };
    Effects effects = { 0 };
    effects_add(b->arena, &effects,
                (Effect){ .kind = EFFECT_PUT, .name = str_c(table), .value = parse(b->arena, row) });
    must(app_put(b->app, &effects, STR("bench"), ACTOR_SYSTEM, ret_id, &err), &err);
}

/* A copy of the pack whose acts list no rules. */
static Str without_rules(Arena *arena, Str text)
{
    Buf out;
    buf_init(&out, text.n + 1);
    while (text.n) {
        Str line = str_cut(text, '\n', &text);
        if (!str_starts(str_trim(line), STR("rules: ["))) {
            buf_str(&out, line);
            buf_char(&out, '\n');
        }
    }
    Str kept = buf_to_arena(&out, arena);
    buf_free(&out);
    return kept;
}

static const char *pack_without_rules(Bench *b)
{
    Err err = { 0 };
    OsNames names;
    Str to = arena_printf(b->arena, "%s/pack", b->folder);
    must(os_list_tree(b->arena, YIFA_SOURCE "/packs/guanhu", &names, &err), &err);
    for (size_t i = 0; i < names.n; i++) {
        Str bytes;
        Str path = arena_printf(b->arena, "%s/packs/guanhu/%.*s", YIFA_SOURCE, STR_ARG(names.names[i]));
        Str copy = arena_printf(b->arena, "%.*s/%.*s", STR_ARG(to), STR_ARG(names.names[i]));
        must(os_read_file(b->arena, path.p, 4 << 20, &bytes, &err), &err);
        Str folder = str_slice(copy, 0, (size_t)(strrchr(copy.p, '/') - copy.p));
        must(os_mkdirs(arena_c(b->arena, folder), 0755, &err), &err);
        if (str_starts(names.names[i], STR("procedures/")))
            bytes = without_rules(b->arena, bytes);
        must(os_write_file_atomic(copy.p, bytes, 0644, &err), &err);
    }
    return to.p;
}

static void bench_open(Bench *b, bool rules)
{
    Err err = { 0 };
    const LawIssue *issues = NULL;
    size_t n = 0;
    *b = (Bench){ .arena = arena_new(0) };
    snprintf(b->folder, sizeof b->folder, "./yifa-bench-XXXXXX");
    if (!mkdtemp(b->folder))
        exit(1);
    instant_parse(STR("2023-03-01 09:00"), 480, &b->now);
    AppOptions options = { .data = b->folder,
                           .clock = os_clock_manual(&b->now),
                           .entropy = os_entropy_seeded(&b->seed, 7) };
    must(app_create(&options, true, &err), &err);
    must(app_open(&options, &b->app, &err), &err);
    const char *pack = rules ? YIFA_SOURCE "/packs/guanhu" : pack_without_rules(b);
    must(app_adopt(b->app, pack, DAY_NONE, ACTOR_SYSTEM, b->arena, &issues, &n, &err), &err);
    put(b, "unit", "{\"id\":0,\"kind\":\"team\",\"code\":\"t\",\"name\":\"t\",\"from_day\":0}", NULL);
    put(b, "person", "{\"id\":0,\"unit\":0,\"name\":\"p\",\"login\":\"p\",\"from_day\":0}", &b->actor);
    static const char *const roles[] = { "dispatcher", "handler", "enforcement-officer" };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        Str row = arena_printf(b->arena, "{\"person\":%lld,\"role\":\"%s\",\"unit\":0,\"from_day\":0}",
                               (long long)b->actor, roles[i]);
        put(b, "role_grant", row.p, NULL);
    }
    Str credential = arena_printf(b->arena,
                                  "{\"person\":%lld,\"id\":1,\"kind\":\"enforcement\",\"number\":\"1\","
                                  "\"from_day\":18000,\"to_day\":20500}",
                                  (long long)b->actor);
    put(b, "credential", credential.p, NULL);
}

static void bench_close(Bench *b)
{
    Err err = { 0 };
    app_close(b->app);
    must(os_remove_tree(b->folder, &err), &err);
    arena_free(b->arena);
}

/* ---- acts ---- */

static const struct {
    const char *act;
    const char *form;
} steps[STEPS] = {
    { "submit",
      "{\"category\":\"noise\",\"place\":\"road 12\",\"description\":\"works at night, third time this week\","
      "\"appellant_name\":\"a\",\"appellant_phone\":\"19900000000\",\"channel\":\"mini\",\"nature\":\"complaint\","
      "\"source\":\"resident\",\"anonymous\":false,\"urgent\":false,\"community\":\"luhu\"}" },
    { "sign", "{}" },
    { "dispatch", NULL }, /* needs a unit */
    { "accept", NULL },   /* and a handler */
    { "contact", "{\"contact_result\":\"reached\",\"contact_way\":\"phone\"}" },
    { "feedback", "{\"result\":\"solved\",\"reply\":\"went there, the machines were stopped at ten\"}" },
};

static double perform(Bench *b, size_t acts, size_t batch)
{
    size_t matters = acts / STEPS;
    Arena *scratch = arena_new((size_t)2 << 30);
    ActRequest *requests = ARENA_ARRAY(scratch, ActRequest, batch);
    ActResult *results = ARENA_ARRAY(scratch, ActResult, batch);
    int64_t *ids = ARENA_ARRAY(scratch, int64_t, matters);
    Json forms[STEPS];
    Err err = { 0 };
    const Directory *dir = app_directory(b->app);
    for (size_t s = 0; s < STEPS; s++) {
        Str who = s == 2 ? arena_printf(scratch, "{\"unit\":%lld}", (long long)dir->units_by_id[0]->id)
                         : arena_printf(scratch, "{\"handler\":%lld}", (long long)b->actor);
        forms[s] = parse(scratch, steps[s].form ? steps[s].form : who.p);
    }
    int64_t from = os_monotonic_ms();
    size_t done = 0;
    for (size_t s = 0; s < STEPS; s++) {
        for (size_t m = 0; m < matters; m += batch) {
            size_t n = matters - m < batch ? matters - m : batch;
            ArenaMark mark = arena_mark(scratch);
            b->now += 1000;
            for (size_t i = 0; i < n; i++)
                requests[i] = (ActRequest){ .actor = b->actor,
                                            .procedure = s == 0 ? STR("appeal") : STR_NONE,
                                            .matter = s == 0 ? 0 : ids[m + i],
                                            .act = str_c(steps[s].act),
                                            .form = forms[s] };
            must(app_perform_many(b->app, requests, n, scratch, results, &err), &err);
            for (size_t i = 0; i < n; i++) {
                if (results[i].answer != ANSWER_DONE) {
                    fprintf(stderr, "bench: %s: answer %d %s %s\n", steps[s].act, (int)results[i].answer,
                            decision_stop_name(results[i].decision.stop), results[i].err.text);
                    for (size_t k = 0; k < results[i].decision.faults.n; k++)
                        fprintf(stderr, "  %.*s %s\n", STR_ARG(results[i].decision.faults.items[k].field),
                                form_fault_name(results[i].decision.faults.items[k].kind));
                    exit(1);
                }
                if (s == 0)
                    ids[m + i] = results[i].matter;
                done++;
            }
            arena_rewind(scratch, mark);
        }
    }
    double seconds = (double)(os_monotonic_ms() - from) / 1000;
    arena_free(scratch);
    return (double)done / seconds;
}

/* ---- the same rows, written by bare statements ---- */

typedef struct RawTable {
    sqlite3_stmt *read;
    sqlite3_stmt *write;
    sqlite3_int64 rows;
    bool more;
} RawTable;

static void sql_must(sqlite3 *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    fprintf(stderr, "bench: sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void raw_open(sqlite3 *from, sqlite3 *to, const DbTable *table, RawTable *ret)
{
    char sql[2048];
    int n = snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO \"%s\" VALUES(?", table->name);
    for (size_t i = 1; i < table->n_columns; i++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    sql_must(to, sqlite3_prepare_v2(to, sql, -1, &ret->write, NULL));
    snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", table->name);
    sqlite3_stmt *count;
    sql_must(from, sqlite3_prepare_v2(from, sql, -1, &count, NULL));
    sqlite3_step(count);
    ret->rows = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table->name);
    sql_must(from, sqlite3_prepare_v2(from, sql, -1, &ret->read, NULL));
    ret->more = sqlite3_step(ret->read) == SQLITE_ROW;
}

static void raw_copy(sqlite3 *to, RawTable *t, const DbTable *table)
{
    for (int c = 0; c < (int)table->n_columns; c++)
        sqlite3_bind_value(t->write, c + 1, sqlite3_column_value(t->read, c));
    sql_must(to, sqlite3_step(t->write));
    sqlite3_reset(t->write);
}

static void raw_keys(const Bench *b, size_t batch, sqlite3 **from, sqlite3 **to, RawTable *keys)
{
    char path[128];
    Err err = { 0 };
    Db *schema = NULL;
    const DbTable *tables[] = { &schema_subject_key };
    snprintf(path, sizeof path, "%s/keys.db", b->folder);
    sqlite3_open_v2(path, from, SQLITE_OPEN_READONLY, NULL);
    snprintf(path, sizeof path, "sqlite:%s/raw-keys-%zu.db", b->folder, batch);
    must(db_open(str_c(path), &(DbOptions){ .secure_delete = true }, &schema, &err), &err);
    must(db_create(schema, tables, 1, &err), &err);
    db_close(schema);
    sql_must(NULL, sqlite3_open(path + 7, to));
    sqlite3_exec(*to, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON", NULL, NULL, NULL);
    raw_open(*from, *to, &schema_subject_key, keys);
}

/* How often acts wrote a clock's row: the entries say so. */
static size_t clock_writes(sqlite3 *db)
{
    static const char sql[] = "SELECT sum((length(t) - length(replace(t, '\"do\":\"clock\"', ''))) / 12) FROM "
                              "(SELECT CAST(leaf AS TEXT) AS t FROM entry)";
    sqlite3_stmt *count;
    sql_must(db, sqlite3_prepare_v2(db, sql, -1, &count, NULL));
    sqlite3_step(count);
    size_t n = (size_t)sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    return n;
}

/* Tables whose rows acts write once; matter and clock rows are written again by most acts, so they are repeated until
 * there are as many writes as the acts made. */
static double raw_rate(const Bench *b, size_t acts, size_t batch)
{
    static const TableId once[] = { T_ENTRY,   T_PERSONAL, T_MATTER_ENTRY, T_MATTER_ATTR, T_PARTY,
                                    T_SUBJECT, T_LINK,     T_FACT,         T_TALLY,       T_DOCUMENT };
    static const TableId again[] = { T_MATTER, T_CLOCK };
    char path[128];
    sqlite3 *from;
    sqlite3 *to;
    Err err = { 0 };
    snprintf(path, sizeof path, "%s/yifa.db", b->folder);
    sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL);
    snprintf(path, sizeof path, "sqlite:%s/raw-%zu.db", b->folder, batch);
    Db *schema = NULL;
    const DbTable *tables[T_COUNT];
    for (int t = 0; t < T_COUNT; t++)
        tables[t] = &schema_tables[t];
    must(db_open(str_c(path), &(DbOptions){ 0 }, &schema, &err), &err);
    must(db_create(schema, tables, T_COUNT, &err), &err);
    db_close(schema);
    sql_must(NULL, sqlite3_open(path + 7, &to));
    sqlite3_exec(to,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA secure_delete=ON",
                 NULL, NULL, NULL);
    sqlite3 *keys_from;
    sqlite3 *keys_to;
    RawTable keys = { 0 };
    raw_keys(b, batch, &keys_from, &keys_to, &keys);
    RawTable copies[ARRAY_LEN(once) + ARRAY_LEN(again)];
    for (size_t i = 0; i < ARRAY_LEN(once); i++)
        raw_open(from, to, &schema_tables[once[i]], &copies[i]);
    for (size_t i = 0; i < ARRAY_LEN(again); i++)
        raw_open(from, to, &schema_tables[again[i]], &copies[ARRAY_LEN(once) + i]);
    size_t clocks = clock_writes(from);
    int64_t start = os_monotonic_ms();
    size_t batches = (acts + batch - 1) / batch;
    for (size_t k = 0; k < batches; k++) {
        /* The first of an appeal's acts brings in a person, whose key is committed first and apart. */
        if (k < batches / STEPS) {
            sqlite3_exec(keys_to, "BEGIN IMMEDIATE", NULL, NULL, NULL);
            for (size_t r = 0; r < batch && keys.more; r++) {
                raw_copy(keys_to, &keys, &schema_subject_key);
                keys.more = sqlite3_step(keys.read) == SQLITE_ROW;
            }
            sql_must(keys_to, sqlite3_exec(keys_to, "COMMIT", NULL, NULL, NULL));
        }
        sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (size_t i = 0; i < ARRAY_LEN(once); i++) {
            RawTable *t = &copies[i];
            size_t share = (size_t)t->rows * (k + 1) / batches - (size_t)t->rows * k / batches;
            for (size_t r = 0; r < share && t->more; r++) {
                raw_copy(to, t, &schema_tables[once[i]]);
                t->more = sqlite3_step(t->read) == SQLITE_ROW;
            }
        }
        for (size_t i = 0; i < ARRAY_LEN(again); i++) {
            RawTable *t = &copies[ARRAY_LEN(once) + i];
            size_t writes = again[i] == T_CLOCK ? clocks * (k + 1) / batches - clocks * k / batches : batch;
            for (size_t r = 0; r < writes; r++) {
                raw_copy(to, t, &schema_tables[again[i]]);
                if (sqlite3_step(t->read) != SQLITE_ROW) {
                    sqlite3_reset(t->read);
                    sqlite3_step(t->read);
                }
            }
        }
        sql_must(to, sqlite3_exec(to, "COMMIT", NULL, NULL, NULL));
    }
    double seconds = (double)(os_monotonic_ms() - start) / 1000;
    for (size_t i = 0; i < ARRAY_LEN(copies); i++) {
        sqlite3_finalize(copies[i].read);
        sqlite3_finalize(copies[i].write);
    }
    sqlite3_finalize(keys.read);
    sqlite3_finalize(keys.write);
    sqlite3_close(keys_to);
    sqlite3_close(keys_from);
    sqlite3_close(to);
    sqlite3_close(from);
    return (double)acts / seconds;
}

/* An on-the-spot penalty opened with its five rules, with and without them. */
static double open_cases(Bench *b, size_t cases)
{
    enum { BATCH = 500 };
    Arena *scratch = arena_new((size_t)2 << 30);
    ActRequest *requests = ARENA_ARRAY(scratch, ActRequest, BATCH);
    ActResult *results = ARENA_ARRAY(scratch, ActResult, BATCH);
    Str text =
        arena_printf(scratch,
                     "{\"officers\":[%lld,%lld],\"showed_id\":true,\"power\":\"cg-stall\",\"party_kind\":\"citizen\","
                     "\"place\":\"road 1\",\"venue\":\"here\",\"facts_certain\":true,\"proposed_fine\":5000,"
                     "\"notice_content\":[\"proposal\",\"facts\",\"reasons\",\"basis\",\"statement\",\"defence\"],"
                     "\"stated\":\"none\"}",
                     (long long)b->actor, (long long)b->actor);
    Json form = parse(scratch, text.p);
    Err err = { 0 };
    int64_t from = os_monotonic_ms();
    for (size_t done = 0; done < cases; done += BATCH) {
        ArenaMark mark = arena_mark(scratch);
        b->now += 1000;
        for (size_t i = 0; i < BATCH; i++)
            requests[i] = (ActRequest){
                .actor = b->actor, .procedure = STR("penalty.onspot"), .act = STR("inform"), .form = form
            };
        must(app_perform_many(b->app, requests, BATCH, scratch, results, &err), &err);
        for (size_t i = 0; i < BATCH; i++)
            if (results[i].answer != ANSWER_DONE) {
                fprintf(stderr, "bench: inform: answer %d\n", (int)results[i].answer);
                exit(1);
            }
        arena_rewind(scratch, mark);
    }
    double seconds = (double)(os_monotonic_ms() - from) / 1000;
    arena_free(scratch);
    return (double)cases / seconds;
}

static void bench_rules(size_t scale)
{
    double rate[2];
    for (int rules = 0; rules < 2; rules++) {
        Bench b;
        bench_open(&b, rules);
        rate[rules] = open_cases(&b, 8000 * scale);
        bench_close(&b);
    }
    printf("rules on / off (5 rules, 2 officers): %.0f | %.0f acts/s, %.1f us an act for the rules\n", rate[1], rate[0],
           1e6 / rate[1] - 1e6 / rate[0]);
}

int main(int argc, char **argv)
{
    static const size_t batches[] = { 1, 64, 1000 };
    size_t scale = argc > 1 ? (size_t)atoi(argv[1]) : 1;
    puts("durable acts per second, in process | raw SQLite writing the same rows | ratio");
    for (size_t i = 0; i < ARRAY_LEN(batches); i++) {
        Bench b;
        size_t acts = (batches[i] == 1 ? 3000 : 12000) * scale;
        bench_open(&b, true);
        double rate = perform(&b, acts, batches[i]);
        double raw = raw_rate(&b, acts, batches[i]);
        printf("batch %4zu: %7.0f | %7.0f | %.2f\n", batches[i], rate, raw, rate / raw);
        bench_close(&b);
    }
    bench_rules(scale);
    return 0;
}
