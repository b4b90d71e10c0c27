/* A decision model from XML: reading ends in a model or an error with words; every name in it can then be evaluated.
 * Text that begins with a byte below a space stands for a well-formed model made of the bytes behind it. */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/dmn/dmn.h"
#include "dmn_gen.h"
#include "feel_check.h"

enum { STEPS = 10000, NAMES_MAX = 12, TEXT_MAX = 64 * 1024 };

static void check_faults(const DmnModel *model)
{
    const DmnFault *faults;
    size_t bad;
    size_t n = dmn_faults(model, &faults);
    for (size_t i = 0; i < n; i++)
        assert(faults[i].text.n > 0 && str_is_utf8(faults[i].text, &bad) && str_is_utf8(faults[i].element, &bad));
}

static void evaluate(Arena *arena, const DmnModel *model, Str name, Str service)
{
    const DmnInput inputs[] = { { .name = STR("a"), .value = feel_int(5) },
                                { .name = STR("s"), .value = feel_str(STR("abc")) },
                                { .name = STR("d"), .value = feel_date(19000) } };
    DmnRun run = { .inputs = inputs, .n = ARRAY_LEN(inputs), .now_ms = INT64_C(1700000000123), .max_steps = STEPS };
    DmnResult result = dmn_evaluate(model, name, service, &run, arena);
    assert(!result.failed || (result.value.type == FEEL_NULL && result.reason.n > 0));
    feel_check_value(arena, result.value, result.reason);
}

/* Whatever bears a name, as a decision, and of the service read last. */
static void evaluate_names(Arena *arena, const DmnModel *model, Str text)
{
    Str service = STR_NONE;
    Str rest = text;
    for (int n = 0; n < NAMES_MAX; n++) {
        size_t at = str_find(rest, STR("name=\""));
        if (at == SIZE_MAX)
            return;
        bool is_service = str_ends(str_slice(rest, 0, at), STR("<decisionService "));
        Str name = str_cut(str_slice(rest, at + 6, rest.n), '"', &rest);
        if (is_service)
            service = name;
        evaluate(arena, model, name, STR_NONE);
        if (service.n)
            evaluate(arena, model, name, service);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(buf_free) Buf out;
    buf_init(&out, TEXT_MAX);
    DmnFile file = { .path = STR("f"), .bytes = { (const char *)data, size } };
    if (size > 0 && data[0] < ' ') {
        FeelGen g = { .bytes = data + 1, .n = size - 1, .out = &out };
        dmn_gen(&g);
        if (buf_check(&out, NULL) != RC_OK)
            return 0;
        file.bytes = buf_to_arena(&out, arena);
    }
    if (getenv("FEEL_FUZZ_SHOW")) /* to see what a finding's bytes stand for */
        printf("%.*s\n", STR_ARG(file.bytes));
    const DmnModel *model;
    Err err = { 0 };
    Rc rc = dmn_read(arena, &file, 1, NULL, &model, &err);
    if (rc == RC_OK) {
        check_faults(model);
        evaluate_names(arena, model, file.bytes);
    } else {
        size_t bad;
        assert(err.rc == rc && err.text[0] && str_is_utf8(str_c(err.text), &bad));
    }
    return 0;
}
