#include "core/ledger/witness.h"

#include <inttypes.h>

int witness_status(WitnessVerdict verdict)
{
    static const int status[] = {
        [WITNESS_GOOD] = 200,  [WITNESS_MALFORMED] = 400, [WITNESS_UNSIGNED] = 403, [WITNESS_UNKNOWN] = 404,
        [WITNESS_STALE] = 409, [WITNESS_FORKED] = 409,    [WITNESS_REFUSED] = 422
    };
    return status[verdict];
}

typedef struct Sent {
    WitnessRequest request;
    Note note;
    Checkpoint checkpoint;
} Sent;

static Rc read_sent(Arena *arena, Str request, Sent *ret, Err *err)
{
    TRY(witness_request_read(request, &ret->request, err));
    TRY(note_read(arena, ret->request.checkpoint, &ret->note, err));
    TRY(checkpoint_read(ret->note.text, &ret->checkpoint, err));
    if (ret->request.old_size > ret->checkpoint.size)
        return err_set(err, RC_INVALID, "old size %" PRIu64 " is above the checkpoint's %" PRIu64,
                       ret->request.old_size, ret->checkpoint.size);
    return RC_OK;
}

Rc witness_origin(Arena *arena, Str request, Str *ret_origin, Err *err)
{
    Sent sent;
    TRY(read_sent(arena, request, &sent, err));
    *ret_origin = sent.checkpoint.origin;
    return RC_OK;
}

/* At least one trusted key signed it, and none of them wrongly. */
static bool is_signed(const WitnessedLog *log, const Note *note)
{
    bool good = false;
    for (size_t i = 0; i < log->n_keys; i++) {
        NoteVerdict verdict = note_verify(note, &log->keys[i], NULL);
        if (verdict == NOTE_BAD)
            return false;
        good = good || verdict == NOTE_GOOD;
    }
    return good;
}

static WitnessVerdict judge_growth(CryptoHash *h, const WitnessedLog *log, const Sent *sent, Err *err)
{
    const Checkpoint *c = &sent->checkpoint;
    const LedgerProof *proof = &sent->request.proof;
    if (sent->request.old_size != log->size) {
        (void)err_set(err, RC_CONFLICT, "size %" PRIu64 " was cosigned last, not %" PRIu64, log->size,
                      sent->request.old_size);
        return WITNESS_STALE;
    }
    if (log->size == c->size && log->size > 0 && !ledger_hash_equal(&log->root, &c->root)) {
        (void)err_set(err, RC_CONFLICT, "a tree of size %" PRIu64 " with another root was cosigned before", log->size);
        return WITNESS_FORKED;
    }
    bool extends =
        log->size == 0 ? proof->n == 0 : ledger_verify_consistency(h, log->size, c->size, proof, &log->root, &c->root);
    LedgerHash empty;
    crypto_hash_final(h, empty.b);
    if (c->size == 0)
        extends = extends && ledger_hash_equal(&c->root, &empty);
    if (extends)
        return WITNESS_GOOD;
    (void)err_set(err, RC_INVALID, "the proof does not show that the tree of %" PRIu64 " extends that of %" PRIu64,
                  c->size, log->size);
    return WITNESS_REFUSED;
}

WitnessAnswer witness_judge(Arena *arena, CryptoHash *h, const WitnessedLog *log, Str request, Err *err)
{
    Sent sent = { 0 };
    if (read_sent(arena, request, &sent, err) != RC_OK)
        return (WitnessAnswer){ .verdict = WITNESS_MALFORMED };
    WitnessAnswer answer = { .checkpoint = sent.checkpoint, .text = sent.note.text };
    if (!log || !str_eq(log->origin, sent.checkpoint.origin)) {
        (void)err_set(err, RC_NOT_FOUND, "the log \"%.*s\" is not witnessed here", STR_ARG(sent.checkpoint.origin));
        answer.verdict = WITNESS_UNKNOWN;
    } else if (!is_signed(log, &sent.note)) {
        (void)err_set(err, RC_DENIED, "no key trusted for \"%.*s\" signed this checkpoint", STR_ARG(log->origin));
        answer.verdict = WITNESS_UNSIGNED;
    } else {
        answer.verdict = judge_growth(h, log, &sent, err);
    }
    return answer;
}
