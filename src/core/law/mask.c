#include "core/law/mask.h"

#include "base/rc.h"

static const char *const NAMES[LAW_MASK_COUNT] = { "name",    "phone", "identity number", "address",
                                                   "account", "plate", "certificate" };

const char *law_mask_name(LawMask kind)
{
    return NAMES[kind];
}

bool law_mask_kind(Str name, LawMask *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        if (str_eq_c(name, NAMES[i])) {
            *ret = (LawMask)i;
            return true;
        }
    return false;
}

static bool is_digits(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static bool is_mobile(Str s)
{
    return s.n == 11 && is_digits(s) && s.p[0] == '1' && s.p[1] >= '3';
}

/* GB 11643 and GB 32100: both have 18 characters, of which only the letters differ. */
static bool is_code_18(Str s)
{
    if (s.n != 18)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == 'x'))
            return false;
    return true;
}

bool law_mask_guess(Str text, LawMask *ret)
{
    enum { ACCOUNT_MIN = 7 };
    bool account = is_digits(text) && text.n >= ACCOUNT_MIN;
    if (!is_mobile(text) && !is_code_18(text) && !account)
        return false;
    *ret = is_mobile(text) ? LAW_MASK_PHONE : is_code_18(text) ? LAW_MASK_IDENTITY : LAW_MASK_ACCOUNT;
    return true;
}

/* The first `count` characters. */
static Str head_of(Str s, int count)
{
    size_t at = 0;
    for (int i = 0; i < count && at < s.n; i++)
        str_next(s, &at);
    return str_slice(s, 0, at);
}

static Str head_and_stars(Arena *arena, Str s, int count)
{
    Str head = head_of(s, count);
    return head.n < s.n ? arena_printf(arena, "%.*s****", STR_ARG(head)) : STR("**");
}

/* Keeps `head` and `tail` bytes with stars for what lies between. A text not of the form that the kind has shows only
 * its first two characters. */
static Str keep_ends(Arena *arena, Str s, size_t head, size_t tail)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return head_and_stars(arena, s, 2);
    if (s.n <= head + tail)
        return head_and_stars(arena, s, 2);
    char *out = arena_alloc(arena, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        out[i] = i < head || i >= s.n - tail ? s.p[i] : '*';
    return (Str){ out, s.n };
}

/* Up to the first number, which stands before the building or the room. */
static Str mask_address(Arena *arena, Str s)
{
    size_t at = 0;
    while (at < s.n && !(s.p[at] >= '0' && s.p[at] <= '9'))
        at++;
    size_t digits = at;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    size_t end = digits;
    if (digits > at && digits < s.n)
        str_next(s, &end); /* the word that says what is numbered */
    if (end >= s.n)
        return s;
    return arena_printf(arena, "%.*s****", (int)end, s.p);
}

/* A short number of a certificate names no one. */
static Str mask_certificate(Arena *arena, Str s)
{
    enum { SHOWN = 4 };
    if (s.n <= 2 * SHOWN)
        return s;
    Str tail = str_slice(s, s.n - SHOWN, s.n);
    return arena_printf(arena, "%.*s****%.*s", SHOWN, s.p, STR_ARG(tail));
}

Str law_mask(Arena *arena, LawMask kind, Str text)
{
    if (text.n == 0)
        return text;
    switch (kind) {
    case LAW_MASK_NAME: return arena_printf(arena, "%.*s*", STR_ARG(head_of(text, 1)));
    case LAW_MASK_PHONE: return is_mobile(text) ? keep_ends(arena, text, 3, 4) : keep_ends(arena, text, 3, 2);
    case LAW_MASK_IDENTITY: return keep_ends(arena, text, 6, 4);
    case LAW_MASK_ADDRESS: return mask_address(arena, text);
    case LAW_MASK_ACCOUNT: return keep_ends(arena, text, 3, 2);
    case LAW_MASK_CERTIFICATE: return mask_certificate(arena, text);
    case LAW_MASK_PLATE:
    case LAW_MASK_COUNT: break;
    }
    return head_and_stars(arena, text, 2);
}
