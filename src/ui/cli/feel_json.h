/* feel_json.h - FEEL values as JSON, both ways and exactly, for the commands that speak with other programs.
 *
 *   null, true, "text", [..]   as JSON has them; a context is an object
 *   number                     a JSON number whose text is the exact decimal, or {"@number":"1.10"}
 *   {"@date":"2023-01-01"} {"@time":"10:30:00+08:00"} {"@datetime":"2023-01-01T10:30:00@Asia/Shanghai"}
 *   {"@duration":"P1Y2M"}      either kind
 *   {"@range":{"start":V,"end":V,"startIncluded":true,"endIncluded":false}}   a null end is open
 *   {"@function":"text"}       written only
 *   {"@context":{..}}          a context of which a key begins with @
 *
 * This is the encoding of the conformance cases' protocol. Limits: those of json.h. */
#ifndef YIFA_UI_CLI_FEEL_JSON_H
#define YIFA_UI_CLI_FEEL_JSON_H

#include "base/buf.h"
#include "core/feel/feel.h"
#include "lib/fmt/json.h"

/* Reads a text. RC_PARSE: no JSON, with "line:column"; RC_INVALID: JSON, but no value; the place names the members on
 * the way to it ("inputs.when"). */
MUST_CHECK Rc feel_json_read(Arena *arena, Str text, FeelValue *ret, Err *err);
/* The same for what json_parse_decimals() gave. Strings are borrowed. */
MUST_CHECK Rc feel_json_value(Arena *arena, const Json *json, FeelValue *ret, Err *err);
/* One line, no spaces. The arena serves as scratch. */
void feel_json_write(Buf *out, Arena *arena, FeelValue v);

#endif
