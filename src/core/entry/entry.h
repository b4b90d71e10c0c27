/* entry.h - the ledger record of one act, and its exact bytes.
 *
 * A leaf is canonical JSON (RFC 8785 restricted, see lib/fmt/json.h) of at most 65,535 bytes:
 *
 *   v        1, the format
 *   j, seq   jurisdiction and position; the leaf's index in the tree is seq
 *   nonce    128 random bits in hex, so that a published hash says nothing about an open case
 *   kind     "act", "clock", "refusal", "org" or "freeze"
 *   matter   id, 0 when none; version: which entry of that matter this is; of a refusal: the version refused, of a
 *            refused opening: the day
 *   act      id of the act; of a clock "clock/<id>/<generation>/<threshold>"; of a refused opening "<procedure>/<act>"
 *   mode     0 do, 1 record, 2 mirror
 *   actor    person, 0 system, -1 public; role in which he acted
 *   at       [happened, recorded, effective] instants in ms
 *   pack     digest of the pack in force (hex), base: of the pack the matter was opened under, when another
 *   key      idempotency key, 16 bytes in hex; form: keyed digest of the request, in hex
 *   verdicts {"complied": [rule …], "violated": …, "undecided": …}; rules that did not apply are left out
 *   stop     refusals: why
 *   effects  see core/matter/effect.h
 *
 * Personal values are in no leaf: EFFECT_COMMIT holds SHA-256("yifa/commit/v1" 0 salt(32) len matter len field value),
 * lengths as 4 bytes big-endian, matter and field as text. */
#ifndef YIFA_CORE_ENTRY_ENTRY_H
#define YIFA_CORE_ENTRY_ENTRY_H

#include "core/matter/decide.h"
#include "lib/crypto/crypto.h"

enum { ENTRY_LEAF_MAX = 65535, ENTRY_NONCE = 16, ENTRY_KEY = 16, ENTRY_DIGEST = 32, ENTRY_SALT = 32 };

typedef enum EntryKind { ENTRY_ACT, ENTRY_CLOCK, ENTRY_REFUSAL, ENTRY_ORG, ENTRY_FREEZE, ENTRY_KIND_COUNT } EntryKind;

typedef struct Entry {
    int64_t j;
    int64_t seq;
    uint8_t nonce[ENTRY_NONCE];
    EntryKind kind;
    int64_t matter;
    int64_t version;
    Str act;
    ActMode mode;
    int64_t actor;
    Str role;
    int64_t happened_at;
    int64_t recorded_at;
    int64_t eff_at;
    Str pack; /* hex digests */
    Str base;
    Str key;       /* hex, may be empty */
    Str form;      /* hex, may be empty */
    Str stop;      /* refusals */
    Json verdicts; /* object, or null */
    Effects effects;
} Entry;

/* Canonical bytes in the arena; RC_LIMIT when larger than ENTRY_LEAF_MAX. */
MUST_CHECK Rc entry_encode(Arena *arena, const Entry *entry, Str *ret_leaf, Err *err);
/* Texts point into the arena. RC_CORRUPT when the leaf is not one. */
MUST_CHECK Rc entry_decode(Arena *arena, Str leaf, Entry *ret, Err *err);
const char *entry_kind_name(EntryKind kind);
/* What a leaf can be judged by alone: canonical form, its place, and a time after the entry before it. Returns what is
 * wrong (in the arena), else the empty text; *last_at and *j (0: not known yet) move on to this entry's. */
Str entry_fault(Arena *arena, Str leaf, int64_t seq, int64_t *j, int64_t *last_at);

Json entry_verdicts(Arena *arena, const Verdict *verdicts, size_t n);
/* Why it was refused, as one text: the stop and the ids of the rules that refused. Equal for equal reasons. */
Str entry_refusal_key(Arena *arena, const Entry *refusal);
/* The commitment to a personal value. `value` is its canonical JSON. */
void entry_commit(Arena *scratch, const Crypto *crypto, const uint8_t salt[ENTRY_SALT], int64_t matter, Str field,
                  Str value, uint8_t ret_digest[ENTRY_DIGEST]);

#endif
