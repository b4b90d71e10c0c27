/* feel_law_text.c - law's FEEL functions on texts: codes, masks, amounts in words. */
#include "core/law/feel_law_private.h"
#include "core/law/identity.h"
#include "core/law/mask.h"

/* False with *ret_null the result. */
static bool text_of(FeelEval *ev, FeelValue v, Str *ret, FeelValue *ret_null)
{
    if (!law_is_absent(v) && v.type == FEEL_STRING) {
        *ret = feel_to_str(v);
        return true;
    }
    *ret_null = law_is_absent(v)
                    ? feel_null_because(ev, "the text is missing")
                    : feel_null_because(ev, "what should be a text is a %s", feel_type_name((FeelType)v.type));
    return false;
}

static FeelValue fn_is_credit_code(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Str code;
    FeelValue null;
    return text_of(ev, args[0], &code, &null) ? feel_bool(law_credit_code(code)) : null;
}

static FeelValue fn_is_identity_number(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Str number;
    FeelValue null;
    return text_of(ev, args[0], &number, &null) ? feel_bool(law_identity_number(number, NULL)) : null;
}

static FeelValue fn_identity_parts(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    enum { PARTS = 3 };
    Str number;
    FeelValue null;
    LawIdentity id;
    if (!text_of(ev, args[0], &number, &null))
        return null;
    if (!law_identity_number(number, &id))
        return feel_null_because(ev, "the text is no identity number: form, birth date or check digit is wrong");
    FeelEntry *parts = ARENA_ARRAY(feel_arena(ev), FeelEntry, PARTS);
    parts[0] = (FeelEntry){ STR("region code"), feel_str(id.region) };
    parts[1] = (FeelEntry){ STR("birth date"), feel_date(id.birth) };
    parts[2] = (FeelEntry){ STR("sex"), feel_str(id.female ? STR("female") : STR("male")) };
    return feel_context(feel_arena(ev), parts, PARTS);
}

static FeelValue fn_mask(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Str text;
    Str name;
    FeelValue null;
    LawMask kind;
    if (!text_of(ev, args[0], &text, &null) || !text_of(ev, args[1], &name, &null))
        return null;
    if (law_mask_kind(name, &kind))
        return feel_str(law_mask(feel_arena(ev), kind, text));
    Str known = str_c(law_mask_name(0));
    for (int i = 1; i < LAW_MASK_COUNT; i++)
        known = arena_printf(feel_arena(ev), "%.*s, %s", STR_ARG(known), law_mask_name((LawMask)i));
    return feel_null_because(ev, "there is no mask '%.*s'; known: %.*s", STR_ARG(str_head(name, 60)), STR_ARG(known));
}

static FeelValue fn_amount(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const LawHost *host = feel_host(ev);
    Dec fen;
    int64_t whole;
    if (law_is_absent(args[0]))
        return feel_null_because(ev, "the amount is missing");
    if (args[0].type != FEEL_NUMBER)
        return feel_null_because(ev, "what should be an amount is a %s", feel_type_name((FeelType)args[0].type));
    if (!host || !host->amount_words)
        return feel_null_because(ev, "no words for amounts are given");
    if (!dec_mul(feel_to_dec(args[0]), dec_from_i64(100), &fen) || !dec_is_int(fen))
        return feel_null_because(ev, "an amount has at most two decimals; round it first");
    if (!dec_to_i64(fen, &whole) || whole > LAW_AMOUNT_MAX_FEN || whole < -LAW_AMOUNT_MAX_FEN)
        return feel_null_because(ev, "an amount has at most 13 digits before the point");
    return feel_str(law_amount_words(feel_arena(ev), host->amount_words, whole));
}

static const char *const ONE_CODE[] = { "code", NULL };
static const char *const ONE_NUMBER[] = { "number", NULL };
static const char *const TEXT_KIND[] = { "text", "kind", NULL };
static const char *const ONE_AMOUNT[] = { "amount", NULL };

const FeelHost feel_law_text_functions[FEEL_LAW_TEXT_FUNCTIONS] = {
    { "law.is credit code", 1, 1, ONE_CODE, fn_is_credit_code },
    { "law.is identity number", 1, 1, ONE_NUMBER, fn_is_identity_number },
    { "law.identity parts", 1, 1, ONE_NUMBER, fn_identity_parts },
    { "law.mask", 2, 2, TEXT_KIND, fn_mask },
    { "law.amount in words", 1, 1, ONE_AMOUNT, fn_amount },
};
