/* note.h - signed notes (c2sp.org/signed-note) and cosignatures (c2sp.org/tlog-cosignature).
 *
 * A note is text that ends with a line end, an empty line, and signature lines "— NAME BASE64(key id, signature)". A
 * verifier key is written "NAME+HEX(key id)+BASE64(type, public key)". Of the types, we know
 *   0x01 Ed25519 over the text;
 *   0x04 Ed25519 cosignature: a time in seconds before the signature, which covers "cosignature/v1\ntime T\n" and text;
 *   0xff "yifa-sm2\n": SM2 with SM3 over the text, DER. The longer identifier is what 0xff asks for.
 * Lines of keys that are not asked about are ignored, as the specification demands; a line of a known key whose
 * signature does not verify spoils the note.
 *
 * Limits: a note of 64 KiB, 64 signature lines, key names of 255 bytes without spaces and "+". */
#ifndef YIFA_CORE_LEDGER_NOTE_H
#define YIFA_CORE_LEDGER_NOTE_H

#include "base/buf.h"
#include "lib/crypto/sign.h"

enum { NOTE_MAX = 64 * 1024, NOTE_SIGNATURES_MAX = 64, NOTE_NAME_MAX = 255 };

typedef enum NoteType { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04, NOTE_SM2 = 0xff } NoteType;

typedef struct NoteVerifier {
    Str name;
    NoteType type;
    uint32_t id; /* first four bytes of SHA-256(name 0x0A type key), big-endian */
    CryptoPublic key;
} NoteVerifier;

typedef struct NoteSignature {
    Str name;
    uint32_t id;
    Str bytes; /* after the key id */
} NoteSignature;

typedef struct Note {
    Str text; /* with its last line end, without the empty line */
    NoteSignature *signatures;
    size_t n;
} Note;

/* h must be SHA-256. The name is not copied. RC_INVALID: a name that notes cannot carry, a key of another scheme. */
MUST_CHECK Rc note_verifier_new(CryptoHash *h, Str name, NoteType type, const CryptoPublic *key, NoteVerifier *ret,
                                Err *err);
/* RC_PARSE says what is wrong; the key id must fit. `text` is not copied. */
MUST_CHECK Rc note_verifier_read(CryptoHash *h, Str text, NoteVerifier *ret, Err *err);
Str note_verifier_text(Arena *arena, const NoteVerifier *verifier);

/* Appends one signature line over `text`. `key` is the private half of the verifier's; time_s only counts for a
 * cosignature (seconds since 1970). */
void note_sign(Buf *out, const NoteVerifier *verifier, const CryptoKey *key, Str text, int64_t time_s);

/* RC_PARSE with the line at fault; nothing is verified. The note's bytes must outlive *ret. */
MUST_CHECK Rc note_read(Arena *arena, Str bytes, Note *ret, Err *err);

typedef enum NoteVerdict {
    NOTE_UNSIGNED, /* no line of this key */
    NOTE_GOOD,
    NOTE_BAD /* a line of this key that does not verify */
} NoteVerdict;

/* *ret_time_s (which may be NULL) is set for a good cosignature, else left. */
NoteVerdict note_verify(const Note *note, const NoteVerifier *verifier, int64_t *ret_time_s);

#endif
