/* checkpoint.h - what is said about the ledger outside it: checkpoints (c2sp.org/tlog-checkpoint), paths of tiles
 * (c2sp.org/tlog-tiles), proofs as files (c2sp.org/tlog-proof) and requests to witnesses (c2sp.org/tlog-witness).
 *
 * Texts only: nothing here reads, signs or sends. What is read views the bytes given, which must outlive it. Numbers
 * are decimal without leading zeros and below 2^63; hashes are base64 of 32 bytes. Every reader is strict: there is one
 * way to write each thing. */
#ifndef YIFA_CORE_LEDGER_CHECKPOINT_H
#define YIFA_CORE_LEDGER_CHECKPOINT_H

#include "core/ledger/ledger.h"
#include "core/ledger/note.h"

enum {
    CHECKPOINT_ORIGIN_MAX = 255,
    CHECKPOINT_EXTENSIONS_MAX = 64, /* lines; we write none and accept those of others */
    RECEIPT_EXTRA_MAX = 96 * 1024,  /* bytes of opaque data in a proof file: an entry and its salts */
    RECEIPT_MAX = 256 * 1024,
    TILE_PATH_MAX = 64
};

/* ---- Checkpoints ---- */

typedef struct Checkpoint {
    Str origin;
    uint64_t size;
    LedgerHash root;
} Checkpoint;

/* The text of the note, "ORIGIN\nSIZE\nROOT\n", without signatures. */
Str checkpoint_text(Arena *arena, const Checkpoint *checkpoint);
MUST_CHECK Rc checkpoint_read(Str note_text, Checkpoint *ret, Err *err);

/* ---- Tiles ---- */

/* Level LEDGER_ENTRIES names a bundle of entries. */
#define LEDGER_ENTRIES 0xFFu

typedef struct TileName {
    unsigned level; /* below LEDGER_TILE_LEVELS, or LEDGER_ENTRIES */
    uint64_t index;
    unsigned width; /* 1 .. 256; 256 is complete */
} TileName;

/* "tile/0/x001/x234/067", with ".p/112" when it is not complete. */
Str tile_path(Arena *arena, TileName name);
/* False for anything that tile_path would not write. */
bool tile_path_read(Str path, TileName *ret);
/* How many hashes tile (level, index) has in a tree of this size: 0 when it does not exist. */
unsigned tile_width(unsigned level, uint64_t index, uint64_t size);
/* A bundle is its entries, each after its length in two bytes, big-endian. False when an entry is over 65,535 bytes. */
bool bundle_add(Buf *bundle, Str entry);
/* The next entry of a bundle; false at its end or where it is cut short (*ret_cut). */
bool bundle_next(Str *rest, Str *ret_entry, bool *ret_cut);

/* ---- Proofs as files (.tlog-proof) ---- */

typedef struct Receipt {
    Str extra; /* not authenticated; empty for none */
    uint64_t index;
    LedgerProof proof;
    Str checkpoint; /* the signed note, verbatim */
} Receipt;

MUST_CHECK Rc receipt_write(Buf *out, const Receipt *receipt, Err *err);
MUST_CHECK Rc receipt_read(Arena *arena, Str bytes, Receipt *ret, Err *err);

/* ---- Requests to a witness (POST add-checkpoint) ---- */

typedef struct WitnessRequest {
    uint64_t old_size;
    LedgerProof proof;
    Str checkpoint; /* the signed note */
} WitnessRequest;

MUST_CHECK Rc witness_request_write(Buf *out, const WitnessRequest *request, Err *err);
MUST_CHECK Rc witness_request_read(Str bytes, WitnessRequest *ret, Err *err);

#endif
