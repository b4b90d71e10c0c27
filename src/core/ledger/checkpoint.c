#include "core/ledger/checkpoint.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

enum { HASH_BASE64 = 44, ELEMENT_DIGITS = 3, ELEMENT_RANGE = 1000, ENTRY_LENGTH_SIZE = 2 };

/* ---- the pieces that all formats share ---- */

/* Decimal without sign and leading zeros, below 2^63. */
static bool read_number(Str text, uint64_t *ret)
{
    int64_t value;
    bool plain = text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9' && (text.p[0] != '0' || text.n == 1);
    if (!plain || !str_to_i64(text, &value))
        return false;
    *ret = (uint64_t)value;
    return true;
}

static bool read_hash(Str text, LedgerHash *ret)
{
    uint8_t bytes[HASH_BASE64 / 4 * 3];
    size_t n;
    if (text.n != HASH_BASE64 || !base64_decode(text, bytes, &n) || n != LEDGER_HASH_SIZE)
        return false;
    memcpy(ret->b, bytes, sizeof ret->b);
    return true;
}

static void put_hash_line(Buf *out, const LedgerHash *hash)
{
    buf_base64(out, hash->b, sizeof hash->b);
    buf_char(out, '\n');
}

/* A line with its end; false when the text has none left or the last one is not ended. */
static bool next_line(Str *rest, Str *ret_line)
{
    Str after;
    Str line = str_cut(*rest, '\n', &after);
    if (rest->n == 0 || !after.p)
        return false;
    *ret_line = line;
    *rest = after;
    return true;
}

/* Lines of hashes up to and including an empty line. */
static Rc read_proof(Str *rest, LedgerProof *ret, Err *err)
{
    Str line;
    for (ret->n = 0; next_line(rest, &line);) {
        if (line.n == 0)
            return RC_OK;
        if (ret->n == LEDGER_PROOF_MAX)
            return err_set(err, RC_LIMIT, "a proof has more than %d hashes", LEDGER_PROOF_MAX);
        if (!read_hash(line, &ret->hash[ret->n]))
            return err_set(err, RC_PARSE, "hash %zu of the proof is not the base64 of 32 bytes", ret->n + 1);
        ret->n++;
    }
    return err_set(err, RC_PARSE, "the proof does not end with an empty line");
}

/* ---- Checkpoints ---- */

Str checkpoint_text(Arena *arena, const Checkpoint *checkpoint)
{
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    buf_str(&out, checkpoint->origin);
    buf_printf(&out, "\n%" PRIu64 "\n", checkpoint->size);
    put_hash_line(&out, &checkpoint->root);
    return buf_to_arena(&out, arena);
}

Rc checkpoint_read(Str note_text, Checkpoint *ret, Err *err)
{
    Checkpoint c;
    Str rest = note_text;
    Str size;
    Str root;
    Str extension;
    if (!next_line(&rest, &c.origin) || c.origin.n == 0 || c.origin.n > CHECKPOINT_ORIGIN_MAX)
        return err_set(err, RC_PARSE, "a checkpoint begins with its origin, a line of 1 to %d bytes",
                       CHECKPOINT_ORIGIN_MAX);
    if (!next_line(&rest, &size) || !read_number(size, &c.size))
        return err_set(err, RC_PARSE, "the second line of a checkpoint is the size of the tree in decimal");
    if (!next_line(&rest, &root) || !read_hash(root, &c.root))
        return err_set(err, RC_PARSE, "the third line of a checkpoint is the root, the base64 of 32 bytes");
    for (int n = 0; rest.n > 0; n++)
        if (n == CHECKPOINT_EXTENSIONS_MAX || !next_line(&rest, &extension) || extension.n == 0)
            return err_set(err, RC_PARSE, "the lines after a checkpoint's root are empty, unended or too many");
    *ret = c;
    return RC_OK;
}

/* ---- Tiles ---- */

Str tile_path(Arena *arena, TileName name)
{
    CLEANUP(buf_free) Buf out;
    uint64_t elements[8];
    int n = 0;
    buf_init(&out, TILE_PATH_MAX);
    if (name.level == LEDGER_ENTRIES)
        buf_c(&out, "tile/entries");
    else
        buf_printf(&out, "tile/%u", name.level);
    do {
        elements[n++] = name.index % ELEMENT_RANGE;
        name.index /= ELEMENT_RANGE;
    } while (name.index > 0 && n < 8);
    while (n-- > 0)
        buf_printf(&out, n > 0 ? "/x%03u" : "/%03u", (unsigned)elements[n]);
    if (name.width < LEDGER_TILE_WIDTH)
        buf_printf(&out, ".p/%u", name.width);
    return buf_to_arena(&out, arena);
}

static bool read_level(Str text, unsigned *ret)
{
    uint64_t level;
    if (str_eq_c(text, "entries")) {
        *ret = LEDGER_ENTRIES;
        return true;
    }
    if (!read_number(text, &level) || level >= LEDGER_TILE_LEVELS)
        return false;
    *ret = (unsigned)level;
    return true;
}

static bool read_element(Str text, uint64_t *index)
{
    if (text.n != ELEMENT_DIGITS || *index > LEDGER_SIZE_MAX / ELEMENT_RANGE - 1)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    *index = *index * ELEMENT_RANGE + (uint64_t)((text.p[0] - '0') * 100 + (text.p[1] - '0') * 10 + text.p[2] - '0');
    return true;
}

/* "x001/x234/067": a first element of zeros would be a second way of writing it. */
static bool read_index(Str text, uint64_t *ret)
{
    uint64_t index = 0;
    bool first = true;
    while (text.n > 0 && text.p[0] == 'x') {
        Str element = str_cut(str_slice(text, 1, text.n), '/', &text);
        if (!text.p || !read_element(element, &index) || (first && index == 0))
            return false;
        first = false;
    }
    if (!read_element(text, &index))
        return false;
    *ret = index;
    return true;
}

bool tile_path_read(Str path, TileName *ret)
{
    TileName name = { .width = LEDGER_TILE_WIDTH };
    uint64_t width;
    Str rest;
    if (path.n > TILE_PATH_MAX || !str_eq_c(str_cut(path, '/', &rest), "tile"))
        return false;
    if (!read_level(str_cut(rest, '/', &rest), &name.level))
        return false;
    size_t at = str_find(rest, STR(".p/"));
    if (at != SIZE_MAX) {
        if (!read_number(str_slice(rest, at + 3, rest.n), &width) || width == 0 || width >= LEDGER_TILE_WIDTH)
            return false;
        name.width = (unsigned)width;
        rest = str_slice(rest, 0, at);
    }
    if (!read_index(rest, &name.index))
        return false;
    *ret = name;
    return true;
}

unsigned tile_width(unsigned level, uint64_t index, uint64_t size)
{
    unsigned shift = level == LEDGER_ENTRIES ? 0 : level * LEDGER_TILE_HEIGHT;
    uint64_t hashes = shift < 64 ? size >> shift : 0;
    if (index > hashes / LEDGER_TILE_WIDTH)
        return 0;
    uint64_t left = hashes - index * LEDGER_TILE_WIDTH;
    return left > LEDGER_TILE_WIDTH ? LEDGER_TILE_WIDTH : (unsigned)left;
}

bool bundle_add(Buf *bundle, Str entry)
{
    if (entry.n > UINT16_MAX)
        return false;
    buf_char(bundle, (char)(entry.n >> 8));
    buf_char(bundle, (char)(entry.n & 0xFF));
    buf_str(bundle, entry);
    return true;
}

bool bundle_next(Str *rest, Str *ret_entry, bool *ret_cut)
{
    *ret_cut = false;
    if (rest->n == 0)
        return false;
    *ret_cut = true;
    if (rest->n < ENTRY_LENGTH_SIZE)
        return false;
    size_t n = (size_t)(unsigned char)rest->p[0] << 8 | (unsigned char)rest->p[1];
    if (rest->n - ENTRY_LENGTH_SIZE < n)
        return false;
    *ret_cut = false;
    *ret_entry = str_slice(*rest, ENTRY_LENGTH_SIZE, ENTRY_LENGTH_SIZE + n);
    *rest = str_slice(*rest, ENTRY_LENGTH_SIZE + n, rest->n);
    return true;
}

/* ---- Proofs as files ---- */

static void put_proof(Buf *out, const LedgerProof *proof)
{
    for (size_t i = 0; i < proof->n; i++)
        put_hash_line(out, &proof->hash[i]);
    buf_char(out, '\n');
}

#define RECEIPT_HEAD "c2sp.org/tlog-proof@v1"

Rc receipt_write(Buf *out, const Receipt *receipt, Err *err)
{
    if (receipt->extra.n > RECEIPT_EXTRA_MAX)
        return err_set(err, RC_LIMIT, "a proof file carries at most %d bytes beside the proof", RECEIPT_EXTRA_MAX);
    buf_c(out, RECEIPT_HEAD "\n");
    if (receipt->extra.n > 0) {
        buf_c(out, "extra ");
        buf_base64(out, (const uint8_t *)receipt->extra.p, receipt->extra.n);
        buf_char(out, '\n');
    }
    buf_printf(out, "index %" PRIu64 "\n", receipt->index);
    put_proof(out, &receipt->proof);
    buf_str(out, receipt->checkpoint);
    return buf_check(out, err);
}

static Rc read_extra(Arena *arena, Str base64, Str *ret, Err *err)
{
    uint8_t *bytes = arena_alloc(arena, base64.n / 4 * 3 + 3);
    size_t n;
    if (!base64_decode(base64, bytes, &n) || n == 0 || n > RECEIPT_EXTRA_MAX)
        return err_set(err, RC_PARSE, "what follows \"extra\" is not the base64 of 1 to %d bytes", RECEIPT_EXTRA_MAX);
    *ret = (Str){ (const char *)bytes, n };
    return RC_OK;
}

Rc receipt_read(Arena *arena, Str bytes, Receipt *ret, Err *err)
{
    Receipt receipt = { 0 };
    Str rest = bytes;
    Str line;
    if (bytes.n > RECEIPT_MAX)
        return err_set(err, RC_LIMIT, "a proof file is larger than %d bytes", RECEIPT_MAX);
    if (!next_line(&rest, &line) || !str_eq_c(line, RECEIPT_HEAD))
        return err_set(err, RC_PARSE, "a proof file begins with the line %s", RECEIPT_HEAD);
    if (!next_line(&rest, &line))
        return err_set(err, RC_PARSE, "a proof file needs a line \"index N\"");
    if (str_starts(line, STR("extra "))) {
        TRY(read_extra(arena, str_slice(line, 6, line.n), &receipt.extra, err));
        if (!next_line(&rest, &line))
            return err_set(err, RC_PARSE, "a proof file needs a line \"index N\"");
    }
    if (!str_starts(line, STR("index ")) || !read_number(str_slice(line, 6, line.n), &receipt.index))
        return err_set(err, RC_PARSE, "a proof file needs a line \"index N\"");
    TRY(read_proof(&rest, &receipt.proof, err));
    receipt.checkpoint = rest;
    *ret = receipt;
    return RC_OK;
}

/* ---- Requests to a witness ---- */

Rc witness_request_write(Buf *out, const WitnessRequest *request, Err *err)
{
    buf_printf(out, "old %" PRIu64 "\n", request->old_size);
    put_proof(out, &request->proof);
    buf_str(out, request->checkpoint);
    return buf_check(out, err);
}

Rc witness_request_read(Str bytes, WitnessRequest *ret, Err *err)
{
    WitnessRequest request = { 0 };
    Str rest = bytes;
    Str line;
    if (!next_line(&rest, &line) || !str_starts(line, STR("old ")) ||
        !read_number(str_slice(line, 4, line.n), &request.old_size))
        return err_set(err, RC_PARSE, "the request begins with a line \"old SIZE\"");
    TRY(read_proof(&rest, &request.proof, err));
    request.checkpoint = rest;
    *ret = request;
    return RC_OK;
}
