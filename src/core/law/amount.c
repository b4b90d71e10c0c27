#include "core/law/amount.h"

#include <assert.h>

#include "base/buf.h"

enum { MYRIAD = 10000, HUNDRED_MILLION = 100000000, TEXT_MAX = 512 };

typedef struct Writer {
    const LawAmountWords *words;
    Buf out;
    bool zero; /* a zero stands before what comes next */
    bool any;
} Writer;

/* 1 to 9999. A zero on the left counts when something stands before it. */
static void write_group(Writer *w, int64_t group)
{
    static const int64_t powers[] = { 1000, 100, 10, 1 };
    for (int i = 0; i < 4; i++) {
        int64_t digit = group / powers[i] % 10;
        if (digit == 0) {
            w->zero = w->any;
            continue;
        }
        if (w->zero)
            buf_str(&w->out, w->words->digits[0]);
        w->zero = false;
        w->any = true;
        buf_str(&w->out, w->words->digits[digit]);
        if (i < 3)
            buf_str(&w->out, w->words->places[2 - i]);
    }
    w->zero = false; /* zeros at a group's end are not said */
}

static void write_below(Writer *w, int64_t n)
{
    if (n >= MYRIAD) {
        write_group(w, n / MYRIAD);
        buf_str(&w->out, w->words->myriad);
    } else if (w->any && n > 0) {
        w->zero = true;
    }
    if (n % MYRIAD > 0)
        write_group(w, n % MYRIAD);
}

static void write_units(Writer *w, int64_t units)
{
    int64_t high = units / HUNDRED_MILLION;
    if (high > 0) {
        write_below(w, high);
        buf_str(&w->out, w->words->hundred_million);
    }
    write_below(w, units % HUNDRED_MILLION);
    buf_str(&w->out, w->words->units[0]);
}

static void write_parts(Writer *w, int64_t units, int64_t tenths, int64_t hundredths)
{
    if (tenths > 0) {
        buf_str(&w->out, w->words->digits[tenths]);
        buf_str(&w->out, w->words->units[1]);
    } else if (units > 0 && hundredths > 0) {
        buf_str(&w->out, w->words->digits[0]);
    }
    if (hundredths > 0) {
        buf_str(&w->out, w->words->digits[hundredths]);
        buf_str(&w->out, w->words->units[2]);
    }
    if (tenths == 0 && hundredths == 0)
        buf_str(&w->out, w->words->whole);
}

Str law_amount_words(Arena *arena, const LawAmountWords *words, int64_t fen)
{
    Writer w = { .words = words };
    assert(fen <= LAW_AMOUNT_MAX_FEN && fen >= -LAW_AMOUNT_MAX_FEN);
    buf_init(&w.out, TEXT_MAX);
    int64_t size = fen < 0 ? -fen : fen;
    if (fen < 0)
        buf_str(&w.out, words->minus);
    if (size == 0)
        buf_str(&w.out, words->digits[0]);
    if (size >= 100)
        write_units(&w, size / 100);
    else if (size == 0)
        buf_str(&w.out, words->units[0]);
    write_parts(&w, size / 100, size / 10 % 10, size % 10);
    Str text = buf_to_arena(&w.out, arena);
    buf_free(&w.out);
    return text;
}
