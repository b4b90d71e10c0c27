#include "core/ledger/note.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { KEY_ID_SIZE = 4, TIME_SIZE = 8, KEY_BYTES_MAX = 1 + 16 + CRYPTO_PUBLIC_MAX, ID_HEX = 8 };

#define DASH "\xE2\x80\x94 " /* U+2014 and a space */

/* What stands before the key in a key id and in a verifier key. */
typedef struct TypeRow {
    NoteType type;
    CryptoScheme scheme;
    const char *more; /* after the type byte */
} TypeRow;

static const TypeRow TYPES[] = { { NOTE_ED25519, CRYPTO_ED25519, "" },
                                 { NOTE_COSIGNATURE, CRYPTO_ED25519, "" },
                                 { NOTE_SM2, CRYPTO_SM2, "yifa-sm2\n" } };

static const TypeRow *row_of(uint8_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
        if (TYPES[i].type == type)
            return &TYPES[i];
    return NULL;
}

/* ---- keys ---- */

/* Unicode's white space, and controls. */
static bool is_space(uint32_t c)
{
    return c <= 0x20 || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool name_is_good(Str name)
{
    size_t bad;
    if (name.n == 0 || name.n > NOTE_NAME_MAX || !str_is_utf8(name, &bad))
        return false;
    for (size_t i = 0; i < name.n;) {
        uint32_t c = str_next(name, &i);
        if (c == '+' || is_space(c))
            return false;
    }
    return true;
}

static size_t key_bytes(const TypeRow *row, const CryptoPublic *key, uint8_t ret[static KEY_BYTES_MAX])
{
    assert(row);
    size_t more = strlen(row->more);
    ret[0] = (uint8_t)row->type;
    memcpy(ret + 1, row->more, more);
    memcpy(ret + 1 + more, key->b, key->n);
    return 1 + more + key->n;
}

static uint32_t big_endian_32(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t key_id(CryptoHash *h, Str name, const uint8_t *bytes, size_t n)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    crypto_hash_update(h, name);
    crypto_hash_update(h, STR("\n"));
    crypto_hash_update(h, (Str){ (const char *)bytes, n });
    crypto_hash_final(h, digest);
    return big_endian_32(digest);
}

Rc note_verifier_new(CryptoHash *h, Str name, NoteType type, const CryptoPublic *key, NoteVerifier *ret, Err *err)
{
    const TypeRow *row = row_of((uint8_t)type);
    uint8_t bytes[KEY_BYTES_MAX];
    if (!name_is_good(name))
        return err_set(err, RC_INVALID, "a key name must be 1 to %d bytes without spaces and \"+\"", NOTE_NAME_MAX);
    if (!row || row->scheme != key->scheme)
        return err_set(err, RC_INVALID, "signature type 0x%02x does not go with this kind of key", (unsigned)type);
    size_t n = key_bytes(row, key, bytes);
    *ret = (NoteVerifier){ .name = name, .type = type, .id = key_id(h, name, bytes, n), .key = *key };
    return RC_OK;
}

static bool public_from(Str bytes, CryptoPublic *ret, NoteType *ret_type)
{
    const TypeRow *row = bytes.n ? row_of((uint8_t)bytes.p[0]) : NULL;
    size_t skip = row ? 1 + strlen(row->more) : 0;
    if (!row || bytes.n <= skip || memcmp(bytes.p + 1, row->more, skip - 1) != 0)
        return false;
    *ret = (CryptoPublic){ .scheme = row->scheme, .n = bytes.n - skip };
    *ret_type = row->type;
    if (ret->n != (row->scheme == CRYPTO_SM2 ? 65 : 32))
        return false;
    memcpy(ret->b, bytes.p + skip, ret->n);
    return true;
}

Rc note_verifier_read(CryptoHash *h, Str text, NoteVerifier *ret, Err *err)
{
    Str rest;
    Str name = str_cut(text, '+', &rest);
    Str base64;
    Str id = str_cut(rest, '+', &base64);
    uint8_t id_bytes[KEY_ID_SIZE];
    uint8_t bytes[KEY_BYTES_MAX + 3];
    size_t n;
    CryptoPublic key;
    NoteType type;
    NoteVerifier made;
    if (id.n != ID_HEX || !hex_decode(id, id_bytes, sizeof id_bytes) || base64.n > sizeof bytes / 3 * 4 ||
        !base64_decode(base64, bytes, &n))
        return err_set(err, RC_PARSE, "a verifier key is written NAME+8 hex digits+base64");
    if (!public_from((Str){ (const char *)bytes, n }, &key, &type))
        return err_set(err, RC_PARSE, "the verifier key of \"%.*s\" is of a type unknown here", STR_ARG(name));
    TRY(note_verifier_new(h, name, type, &key, &made, err));
    if (made.id != big_endian_32(id_bytes))
        return err_set(err, RC_PARSE, "the key id in the verifier key of \"%.*s\" does not fit its key", STR_ARG(name));
    *ret = made;
    return RC_OK;
}

Str note_verifier_text(Arena *arena, const NoteVerifier *verifier)
{
    uint8_t bytes[KEY_BYTES_MAX];
    size_t n = key_bytes(row_of((uint8_t)verifier->type), &verifier->key, bytes);
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    buf_str(&out, verifier->name);
    buf_printf(&out, "+%08" PRIx32 "+", verifier->id);
    buf_base64(&out, bytes, n);
    return buf_to_arena(&out, arena);
}

/* ---- signing ---- */

static void put_big_endian(uint8_t *out, uint64_t value, int n)
{
    for (int i = n; i-- > 0; value >>= 8)
        out[i] = (uint8_t)value;
}

static uint64_t get_big_endian(const uint8_t *b, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | b[i];
    return value;
}

static void put_cosigned(Buf *out, Str text, uint64_t time_s)
{
    buf_printf(out, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
    buf_str(out, text);
}

void note_sign(Buf *out, const NoteVerifier *verifier, const CryptoKey *key, Str text, int64_t time_s)
{
    uint8_t bytes[KEY_ID_SIZE + TIME_SIZE + CRYPTO_SIGNATURE_MAX];
    size_t n = KEY_ID_SIZE;
    CryptoSignature signature;
    assert(time_s >= 0);
    put_big_endian(bytes, verifier->id, KEY_ID_SIZE);
    if (verifier->type == NOTE_COSIGNATURE) {
        CLEANUP(buf_free) Buf message;
        buf_init(&message, NOTE_MAX + 64);
        put_cosigned(&message, text, (uint64_t)time_s);
        crypto_sign(key, buf_view(&message), &signature);
        put_big_endian(bytes + n, (uint64_t)time_s, TIME_SIZE);
        n += TIME_SIZE;
    } else {
        crypto_sign(key, text, &signature);
    }
    memcpy(bytes + n, signature.b, signature.n);
    buf_c(out, DASH);
    buf_str(out, verifier->name);
    buf_char(out, ' ');
    buf_base64(out, bytes, n + signature.n);
    buf_char(out, '\n');
}

/* ---- reading ---- */

/* The text ends before the last empty line. */
static bool split(Str bytes, Str *ret_text, Str *ret_lines)
{
    for (size_t i = bytes.n; i-- > 1;)
        if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n') {
            *ret_text = str_slice(bytes, 0, i);
            *ret_lines = str_slice(bytes, i + 1, bytes.n);
            return true;
        }
    return false;
}

static bool has_control(Str bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if ((unsigned char)bytes.p[i] < 0x20 && bytes.p[i] != '\n')
            return true;
    return false;
}

static bool read_signature(Arena *arena, Str line, NoteSignature *ret)
{
    if (!str_starts(line, STR(DASH)))
        return false;
    Str base64;
    Str name = str_cut(str_slice(line, strlen(DASH), line.n), ' ', &base64);
    uint8_t *bytes = arena_alloc(arena, base64.n / 4 * 3 + 3);
    size_t n;
    if (!name_is_good(name) || !base64_decode(base64, bytes, &n) || n <= KEY_ID_SIZE)
        return false;
    *ret = (NoteSignature){ .name = name,
                            .id = big_endian_32(bytes),
                            .bytes = { (const char *)bytes + KEY_ID_SIZE, n - KEY_ID_SIZE } };
    return true;
}

Rc note_read(Arena *arena, Str bytes, Note *ret, Err *err)
{
    Note note = { .signatures = arena_array(arena, NOTE_SIGNATURES_MAX, sizeof(NoteSignature)) };
    Str lines;
    size_t bad;
    if (bytes.n > NOTE_MAX)
        return err_set(err, RC_LIMIT, "a note is larger than %d bytes", NOTE_MAX);
    if (!str_is_utf8(bytes, &bad) || has_control(bytes))
        return err_set(err, RC_PARSE, "a note must be UTF-8 without control characters");
    if (!split(bytes, &note.text, &lines) || lines.n == 0 || lines.p[lines.n - 1] != '\n')
        return err_set(err, RC_PARSE, "a note ends with an empty line and at least one signature line");
    while (lines.n > 0) {
        Str line = str_cut(lines, '\n', &lines);
        if (note.n == NOTE_SIGNATURES_MAX)
            return err_set(err, RC_LIMIT, "a note has more than %d signature lines", NOTE_SIGNATURES_MAX);
        if (!read_signature(arena, line, &note.signatures[note.n]))
            return err_set(err, RC_PARSE, "signature line %zu of the note is malformed", note.n + 1);
        note.n++;
    }
    *ret = note;
    return RC_OK;
}

/* ---- verifying ---- */

static bool cosignature_is_good(const Note *note, const NoteVerifier *verifier, Str bytes, int64_t *ret_time_s)
{
    if (bytes.n <= TIME_SIZE)
        return false;
    uint64_t time_s = get_big_endian((const uint8_t *)bytes.p, TIME_SIZE);
    if (time_s > INT64_MAX)
        return false;
    CLEANUP(buf_free) Buf message;
    buf_init(&message, NOTE_MAX + 64);
    put_cosigned(&message, note->text, time_s);
    if (!crypto_verify(&verifier->key, buf_view(&message), str_slice(bytes, TIME_SIZE, bytes.n)))
        return false;
    if (ret_time_s)
        *ret_time_s = (int64_t)time_s;
    return true;
}

NoteVerdict note_verify(const Note *note, const NoteVerifier *verifier, int64_t *ret_time_s)
{
    NoteVerdict verdict = NOTE_UNSIGNED;
    for (size_t i = 0; i < note->n; i++) {
        const NoteSignature *s = &note->signatures[i];
        if (s->id != verifier->id || !str_eq(s->name, verifier->name))
            continue;
        bool good = verifier->type == NOTE_COSIGNATURE ? cosignature_is_good(note, verifier, s->bytes, ret_time_s)
                                                       : crypto_verify(&verifier->key, note->text, s->bytes);
        if (!good)
            return NOTE_BAD;
        verdict = NOTE_GOOD;
    }
    return verdict;
}
