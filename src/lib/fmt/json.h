/* json.h - strict JSON, and the canonical form in which ledger leaves are written.
 *
 * The dialect is RFC 8259 cut down to what RFC 8785 (JCS) can write without judgement: numbers are integers within
 * ±(2^53-1); no floats, no duplicate keys, no lone surrogates, no U+0000, valid UTF-8, nesting at most 64. Values live
 * in an arena and are treated as immutable once shared. Measured reason for an own reader: a parse or print is on the
 * path of every act (jansson: 29 µs for 1.2 KB). */
#ifndef YIFA_LIB_FMT_JSON_H
#define YIFA_LIB_FMT_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

typedef enum JsonType { JSON_NULL, JSON_BOOL, JSON_INT, JSON_STR, JSON_ARR, JSON_OBJ } JsonType;

/* A parsed text takes at most about 20 times its own size from the arena, so the largest one fits a default arena. */
enum { JSON_DEPTH_MAX = 64, JSON_TEXT_MAX = 16 << 20 /* bytes */ };
#define JSON_INT_MAX INT64_C(9007199254740991)

typedef struct Json Json;
typedef struct JsonMember JsonMember;
struct Json {
    JsonType type;
    uint32_t n;   /* bytes, items or members */
    uint32_t cap; /* builders only */
    union {
        bool b;
        int64_t i;
        const char *s; /* not NUL-terminated */
        Json *items;
        JsonMember *members;
    } as;
};
struct JsonMember {
    Str key;
    Json value;
};

/* Reads one value and nothing after it but white space. The text need not outlive the call. On RC_PARSE the place is
 * "line:column" (columns in code points) and the text says what was expected. RC_LIMIT: too large or too deep. */
MUST_CHECK Rc json_parse(Arena *arena, Str text, Json *ret, Err *err);
/* The same for texts of other programs, which may hold any number of RFC 8259: one that is no integer within the limit
 * is read as {"@number": "1.10"}, its text unchanged, so that nothing of it is lost to rounding. */
MUST_CHECK Rc json_parse_decimals(Arena *arena, Str text, Json *ret, Err *err);
#define JSON_NUMBER_KEY STR("@number")

/* Canonical bytes: members sorted by key (bytewise; keys are ASCII in leaves), no spaces, JCS escapes. */
void json_write(Buf *out, const Json *value);
/* For people: two spaces of indent, members in their own order. */
void json_write_pretty(Buf *out, const Json *value);
Str json_to_arena(Arena *arena, const Json *value); /* canonical, at most JSON_TEXT_MAX, else STR_NONE */

/* Building. Strings are not copied: they must live as long as the arena. */
Json json_null(void);
Json json_bool(bool b);
Json json_int(int64_t i); /* asserts |i| <= JSON_INT_MAX */
Json json_str(Str s);
Json json_c(const char *s);
Json json_arr(void);
Json json_obj(void);
/* Appends and returns the stored value's place, valid until the next append to the same array or object. */
Json *json_push(Arena *arena, Json *array, Json value);
Json *json_add(Arena *arena, Json *object, Str key, Json value); /* key not yet present (asserted in debug by caller) */
Json *json_set(Arena *arena, Json *object, Str key, Json value); /* replaces an equal key, else appends */
void json_remove(Json *object, Str key);
/* A deep copy into another arena. */
Json json_copy(Arena *arena, const Json *value);

/* Reading: NULL or the default when absent or of another type. `value` may be NULL. */
const Json *json_get(const Json *object, Str key);
const Json *json_at(const Json *array, size_t i);
Str json_get_str(const Json *object, Str key); /* STR_NONE when absent */
int64_t json_get_int(const Json *object, Str key, int64_t missing);
bool json_get_bool(const Json *object, Str key);
Str json_as_str(const Json *value);
int64_t json_as_int(const Json *value, int64_t missing);
bool json_equal(const Json *a, const Json *b); /* objects regardless of member order */

#endif
