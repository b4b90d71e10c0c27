/* builtin.c - finds built-in functions in their tables. */
#include <string.h>

#include "core/feel/feel_internal.h"

/* A row's number is its place when the tables are laid end to end. */
static const BuiltinTable *const TABLES[] = {
    &builtin_convert_table,  &builtin_string_table, &builtin_list_table,    &builtin_stat_table,  &builtin_number_table,
    &builtin_temporal_table, &builtin_range_table,  &builtin_context_table, &builtin_regex_table,
};

const Builtin *builtin_row(int32_t row)
{
    size_t at = (size_t)row;
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++) {
        if (at < TABLES[i]->n)
            return &TABLES[i]->rows[at];
        at -= TABLES[i]->n;
    }
    return NULL;
}

int32_t builtin_index(const Builtin *row)
{
    size_t first = 0;
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++) {
        const Builtin *rows = TABLES[i]->rows;
        if (row >= rows && row < rows + TABLES[i]->n)
            return (int32_t)(first + (size_t)(row - rows));
        first += TABLES[i]->n;
    }
    return -1;
}

size_t builtin_count(void)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++)
        n += TABLES[i]->n;
    return n;
}

const Builtin *builtin_find(Str name)
{
    for (size_t t = 0; t < ARRAY_LEN(TABLES); t++)
        for (size_t i = 0; i < TABLES[t]->n; i++)
            if (name.n > 0 && name.p[0] == TABLES[t]->rows[i].name[0] && str_eq_c(name, TABLES[t]->rows[i].name))
                return &TABLES[t]->rows[i];
    return NULL;
}

/* Overloads stand one after another; an empty name ends each table. */
static const Builtin *next_overload(const Builtin *row)
{
    return row[1].name && strcmp(row[1].name, row->name) == 0 ? row + 1 : NULL;
}

const Builtin *builtin_for_count(const Builtin *row, size_t n)
{
    for (; row; row = next_overload(row))
        if (n >= (size_t)row->min_args && (row->max_args < 0 || n <= (size_t)row->max_args))
            return row;
    return NULL;
}

int builtin_param(const char *params, Str name)
{
    Str rest = str_c(params);
    for (int i = 0; rest.p; i++)
        if (str_eq(str_cut(rest, ',', &rest), name))
            return i;
    return -1;
}

static bool has_params(const Builtin *row, const Str *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (builtin_param(row->params, names[i]) < 0)
            return false;
    return n >= (size_t)row->min_args;
}

static bool in_order(const Builtin *row, const Str *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (builtin_param(row->params, names[i]) != (int)i)
            return false;
    return true;
}

/* before(point, range) and before(range, point) have the same names: there the order in which they are given tells. */
bool builtin_named(const Builtin *row, const Str *names, size_t n, const Builtin **ret_row)
{
    const Builtin *found = NULL;
    for (; row; row = next_overload(row))
        if (has_params(row, names, n) && (!found || (in_order(row, names, n) && !in_order(found, names, n))))
            found = row;
    if (found)
        *ret_row = found;
    return found != NULL;
}

const FeelList *builtin_items(const FeelValue *args, size_t n, FeelList *storage)
{
    if (n == 1 && args[0].type == FEEL_LIST)
        return args[0].as.list;
    *storage = (FeelList){ .n = n, .items = args };
    return storage;
}
