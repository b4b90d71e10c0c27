/* db_bench - how many rows a second a store takes and gives. Not a test: it asserts nothing about time.
 * Usage: db_bench URL [BATCHES] */
#include "lib/db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH_ROWS = 1000, COLUMNS = 8, READS = 200000, LOAD_IDS = 64 };

static const DbColumn columns[COLUMNS] = {
    { .name = "j", .type = DB_INT },
    { .name = "id", .type = DB_INT },
    { .name = "stage", .type = DB_TEXT },
    { .name = "opened", .type = DB_INT },
    { .name = "due", .type = DB_INT, .nullable = true },
    { .name = "title", .type = DB_TEXT },
    { .name = "n", .type = DB_INT, .adds = true },
    { .name = "fields", .type = DB_BYTES },
};
static const DbTable with_rowid = { .name = "bench_rowid", .columns = columns, .n_columns = COLUMNS, .n_key = 2 };
static const DbTable without_rowid = {
    .name = "bench_norowid", .columns = columns, .n_columns = COLUMNS, .n_key = 2, .without_rowid = true
};
static const DbTable *const tables[] = { &with_rowid, &without_rowid };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(Rc rc, const Err *err)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s: %s\n", err->place, err->text);
    exit(1);
}

static void fill(DbValue *rows, int64_t first, const char *bytes)
{
    for (int64_t i = 0; i < BATCH_ROWS; i++) {
        DbValue *row = rows + i * COLUMNS;
        row[0] = DBI(1);
        row[1] = DBI((first + i) * 256);
        row[2] = DBT(STR("investigation"));
        row[3] = DBI(19000 + i);
        row[4] = i % 2 ? DBNULL : DBI(1700000000000 + i);
        row[5] = DBT(STR("a complaint about noise at night"));
        row[6] = DBI(1);
        row[7] = DBB(((Str){ bytes, 120 }));
    }
}

static void bench_write(Db *db, const DbTable *table, DbWrite how, const char *label, int64_t batches)
{
    static DbValue rows[BATCH_ROWS * COLUMNS];
    static const char bytes[120];
    Err err;
    double in_statements = 0;
    double start = now_s();
    for (int64_t b = 0; b < batches; b++) {
        fill(rows, b * BATCH_ROWS, bytes);
        must(db_begin(db, &err), &err);
        double before = now_s();
        must(db_write(db, table, how, rows, BATCH_ROWS, NULL, &err), &err);
        in_statements += now_s() - before;
        must(db_commit(db, &err), &err);
    }
    double n = (double)(batches * BATCH_ROWS);
    printf("%-14s %-8s %9.0f rows/s with commit, %9.0f without (%.2f us a row)\n", table->name, label,
           n / (now_s() - start), n / in_statements, in_statements / n * 1e6);
}

static void bench_query(Db *db, int64_t batches, int64_t reads)
{
    Err err;
    int64_t sum = 0;
    must(db_begin_read(db, &err), &err);
    double start = now_s();
    for (int64_t i = 0; i < reads; i++) {
        DbValue key[] = { DBI(1), DBI(i * 7919 % (batches * BATCH_ROWS) * 256) };
        DbRows *rows = NULL;
        bool more = false;
        must(db_query(db, "SELECT opened, title FROM bench_norowid WHERE j=?1 AND id=?2", key, 2, &rows, &err), &err);
        must(db_next(rows, &more, &err), &err);
        sum += db_int(rows, 0) + (int64_t)db_str(rows, 1).n;
        db_end(rows);
    }
    printf("point queries  %9.0f /s\n", (double)reads / (now_s() - start));
    int64_t loads = reads / LOAD_IDS;
    start = now_s();
    for (int64_t i = 0; i < loads; i++) {
        int64_t ids[LOAD_IDS];
        for (int64_t k = 0; k < LOAD_IDS; k++)
            ids[k] = (i * LOAD_IDS + k) * 7919 % (batches * BATCH_ROWS) * 256;
        DbRows *rows = NULL;
        bool more = false;
        must(db_load(db, &without_rowid, 1, "id", ids, LOAD_IDS, &rows, &err), &err);
        for (must(db_next(rows, &more, &err), &err); more; must(db_next(rows, &more, &err), &err))
            sum += db_int(rows, 3);
        db_end(rows);
    }
    printf("loaded rows    %9.0f /s (%d ids a call; checksum %lld)\n", (double)(loads * LOAD_IDS) / (now_s() - start),
           LOAD_IDS, (long long)sum);
    must(db_commit(db, &err), &err);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: db_bench URL [BATCHES]\n");
        return 2;
    }
    int64_t batches = argc > 2 ? strtoll(argv[2], NULL, 10) : 100;
    Err err;
    Db *db = NULL;
    must(db_open(str_c(argv[1]), NULL, &db, &err), &err);
    must(db_create(db, tables, ARRAY_LEN(tables), &err), &err);
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        bench_write(db, tables[t], DB_INSERT, "insert", batches);
        bench_write(db, tables[t], DB_UPSERT, "upsert", batches);
        bench_write(db, tables[t], DB_IGNORE, "ignore", batches);
    }
    bench_query(db, batches, READS);
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        static DbValue keys[BATCH_ROWS * 2];
        for (int64_t b = 0; b < batches; b++) {
            for (int64_t i = 0; i < BATCH_ROWS; i++) {
                keys[i * 2] = DBI(1);
                keys[i * 2 + 1] = DBI((b * BATCH_ROWS + i) * 256);
            }
            must(db_write(db, tables[t], DB_DELETE, keys, BATCH_ROWS, NULL, &err), &err);
        }
    }
    db_close(db);
    return 0;
}
