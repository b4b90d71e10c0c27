/* pg_wire.c - what PostgreSQL wants said in its own way: $N placeholders and arrays in binary form.
 *
 * Pure functions of their input. Binary arrays need no escaping and carry nulls: the number of dimensions, whether
 * there are nulls, the type of the elements, then for the one dimension its length and first index, then each element
 * as a length (-1 for null) and its bytes; all integers in network order (array_recv in PostgreSQL's arrayfuncs.c). */
#include "lib/db/db_internal.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

/* Object ids from PostgreSQL's catalogue (pg_type.dat), which never change. */
static const uint32_t pg_types[] = { [DB_NULL] = 0, [DB_INT] = 20, [DB_BYTES] = 17, [DB_TEXT] = 25 };

uint32_t pg_type(DbType type)
{
    return pg_types[type];
}

/* The number after a '?', moving *at past it; 0 when there is none. */
static size_t placeholder_number(const char *sql, size_t *at)
{
    size_t number = 0;
    while (sql[*at] >= '0' && sql[*at] <= '9' && number <= DB_PARAMS_MAX)
        number = number * 10 + (size_t)(sql[(*at)++] - '0');
    return number;
}

Rc pg_placeholders(const char *sql, Buf *out, size_t *ret_params, Err *err)
{
    size_t most = 0;
    char quote = '\0'; /* Doubled quotes inside a quoted text close and open it again, which comes to the same. */
    for (size_t i = 0; sql[i];) {
        char c = sql[i++];
        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '?') {
            size_t number = placeholder_number(sql, &i);
            if (number == 0 || number > DB_PARAMS_MAX)
                return err_at(err, RC_INVALID, sql, "placeholders are ?1 to ?%d", DB_PARAMS_MAX);
            most = number > most ? number : most;
            buf_printf(out, "$%zu", number);
            continue;
        }
        buf_char(out, c);
    }
    TRY(buf_check(out, err));
    *ret_params = most;
    return RC_OK;
}

static void put_u32(Buf *out, uint32_t value)
{
    value = htobe32(value);
    buf_bytes(out, &value, sizeof value);
}

static void put_i64(Buf *out, int64_t value)
{
    uint64_t bits = htobe64((uint64_t)value);
    buf_bytes(out, &bits, sizeof bits);
}

static void put_array_head(Buf *out, DbType type, size_t n, bool has_null)
{
    put_u32(out, n ? 1 : 0); /* An empty array has no dimension. */
    put_u32(out, has_null);
    put_u32(out, pg_type(type));
    if (n == 0)
        return;
    put_u32(out, (uint32_t)n);
    put_u32(out, 1);
}

void pg_array(Buf *out, DbType type, const DbValue *first, size_t n, size_t stride)
{
    bool has_null = false;
    for (size_t i = 0; i < n; i++)
        has_null |= first[i * stride].type == DB_NULL;
    put_array_head(out, type, n, has_null);
    for (size_t i = 0; i < n; i++) {
        const DbValue *value = &first[i * stride];
        switch (value->type) {
        case DB_NULL: put_u32(out, UINT32_MAX); break;
        case DB_INT:
            put_u32(out, sizeof value->i);
            put_i64(out, value->i);
            break;
        case DB_BYTES:
        case DB_TEXT:
            put_u32(out, (uint32_t)value->s.n);
            buf_str(out, value->s);
            break;
        }
    }
}

void pg_array_of_ids(Buf *out, const int64_t *ids, size_t n)
{
    put_array_head(out, DB_INT, n, false);
    for (size_t i = 0; i < n; i++) {
        put_u32(out, sizeof ids[i]);
        put_i64(out, ids[i]);
    }
}

int64_t pg_read_int(const char *p, size_t n)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++)
        bits = bits << 8 | (unsigned char)p[i];
    switch (n) {
    case 2: return (int16_t)bits;
    case 4: return (int32_t)bits;
    default: return (int64_t)bits; /* eight bytes, or the one of a boolean */
    }
}
