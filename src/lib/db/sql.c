/* sql.c - the SQL text that follows from a DbTable, in the words that both stores share. Every name is quoted, so that
 * a column may be called "to" or "end". */
#include "lib/db/db_internal.h"

#include <assert.h>
#include <string.h>

/* Names come from constant tables; one that would need escaping is a mistake in the program. */
static void sql_name_str(Buf *out, Str name)
{
    assert(name.n > 0);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        assert((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }
    buf_char(out, '"');
    buf_str(out, name);
    buf_char(out, '"');
}

void sql_name(Buf *out, const char *name)
{
    sql_name_str(out, str_c(name));
}

void sql_columns(Buf *out, const DbTable *table, size_t n, const char *before)
{
    for (size_t i = 0; i < n; i++) {
        buf_c(out, i ? "," : "");
        buf_c(out, before);
        sql_name(out, table->columns[i].name);
    }
}

void sql_create_table(Buf *out, const DbTable *table, const SqlDialect *dialect)
{
    assert(table->n_columns > 0 && table->n_columns <= DB_COLUMNS_MAX);
    assert(table->n_key > 0 && table->n_key <= table->n_columns);
    buf_c(out, "CREATE TABLE IF NOT EXISTS ");
    sql_name(out, table->name);
    buf_char(out, '(');
    for (size_t i = 0; i < table->n_columns; i++) {
        const DbColumn *column = &table->columns[i];
        assert(column->type != DB_NULL);
        assert(!column->adds || (column->type == DB_INT && !column->nullable && i >= table->n_key));
        assert(!column->nullable || i >= table->n_key);
        sql_name(out, column->name);
        buf_char(out, ' ');
        buf_c(out, dialect->types[column->type]);
        buf_c(out, column->nullable ? "," : " NOT NULL,");
    }
    buf_c(out, "PRIMARY KEY(");
    sql_columns(out, table, table->n_key, "");
    buf_c(out, "))");
    buf_c(out, table->without_rowid ? dialect->table_end_norowid : dialect->table_end);
}

void sql_create_index(Buf *out, const DbTable *table, const DbIndex *index)
{
    buf_c(out, index->unique ? "CREATE UNIQUE INDEX IF NOT EXISTS " : "CREATE INDEX IF NOT EXISTS ");
    sql_name(out, index->name);
    buf_c(out, " ON ");
    sql_name(out, table->name);
    buf_char(out, '(');
    Str rest = str_c(index->columns);
    while (rest.p) {
        sql_name_str(out, str_trim(str_cut(rest, ',', &rest)));
        buf_c(out, rest.p ? "," : "");
    }
    buf_char(out, ')');
    if (index->where) {
        buf_c(out, " WHERE ");
        buf_c(out, index->where);
    }
}

void sql_on_conflict(Buf *out, const DbTable *table, DbWrite how)
{
    if (how == DB_INSERT)
        return;
    buf_c(out, " ON CONFLICT(");
    sql_columns(out, table, table->n_key, "");
    if (how == DB_IGNORE || table->n_key == table->n_columns) {
        buf_c(out, ") DO NOTHING");
        return;
    }
    buf_c(out, ") DO UPDATE SET ");
    for (size_t i = table->n_key; i < table->n_columns; i++) {
        const DbColumn *column = &table->columns[i];
        buf_c(out, i > table->n_key ? "," : "");
        sql_name(out, column->name);
        buf_char(out, '=');
        if (column->adds) {
            sql_name(out, table->name);
            buf_char(out, '.');
            sql_name(out, column->name);
            buf_char(out, '+');
        }
        buf_c(out, "excluded.");
        sql_name(out, column->name);
    }
}
