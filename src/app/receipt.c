#include "app/receipt.h"

#include <inttypes.h>

#include "app/app_internal.h"
#include "io/store/tree.h"

static Rc prove(Publisher *publisher, uint64_t seq, Arena *arena, Receipt *ret, Err *err)
{
    Published done;
    Rc rc = publisher_prove(publisher, seq, ret, arena, err);
    if (rc != RC_BUSY)
        return rc;
    TRY(publisher_run(publisher, arena, &done, err));
    return publisher_prove(publisher, seq, ret, arena, err);
}

Rc receipt_make(Publisher *publisher, uint64_t seq, Arena *arena, Str *ret_text, Err *err)
{
    Receipt receipt;
    Str leaf;
    Json extra = json_obj();
    CLEANUP(buf_free) Buf out;
    buf_init(&out, RECEIPT_MAX);
    TRY(publisher_leaf(publisher, seq, arena, &leaf, err));
    TRY(prove(publisher, seq, arena, &receipt, err));
    json_add(arena, &extra, STR("leaf"), json_str(leaf));
    receipt.extra = json_to_arena(arena, &extra);
    TRY(receipt_write(&out, &receipt, err));
    *ret_text = buf_to_arena(&out, arena);
    return RC_OK;
}

Str receipt_code(const Crypto *crypto, Str leaf, Str number, Arena *arena)
{
    uint8_t mac[CRYPTO_DIGEST_SIZE];
    uint64_t value = 0;
    crypto_hmac(crypto, leaf, number, mac);
    for (int i = 0; i < 8; i++)
        value = value << 8 | mac[i];
    return arena_printf(arena, "%0*" PRIu64, RECEIPT_CODE_DIGITS, value % 100000000);
}
