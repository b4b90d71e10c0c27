/* perform_internal.h - one act being performed. */
#ifndef YIFA_APP_PERFORM_INTERNAL_H
#define YIFA_APP_PERFORM_INTERNAL_H

#include "app/app_internal.h"

typedef struct Performing {
    App *app;
    Work *work;
    Arena *arena; /* the act's: emptied after it */
    ActResult *result;
    const LawPack *pack;  /* in force on the day of the act */
    const Matter *matter; /* NULL while it is being opened */
    int64_t at_ms;        /* when the caller says it is performed; 0: ask the clock */
    int64_t now;
    int64_t happened_at;
    bool has_key;
    bool new_alias; /* the request names a number on another platform that no matter has yet */
    bool wrote;     /* an entry has been applied: errors now end the batch */
    int depth;      /* of follow-ons */
    uint8_t key[ENTRY_KEY];
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    MatterParty *known;
    size_t n_known;
    /* A follow-on: the matter it comes from, and the link to make. */
    int64_t source;
    int64_t source_seq;
    Str link;
} Performing;

MUST_CHECK Rc perform_act(Performing *p, const ActRequest *req, Err *err);
/* Fires the matter's clocks that are due by p->now, in order. */
MUST_CHECK Rc perform_fire(Performing *p, Err *err);
/* Completes, appends and applies an entry, then performs what follows from it. */
MUST_CHECK Rc perform_entry(Performing *p, Entry *entry, const LawPack *pack, Err *err);
/* Fills in what the decision left open: ids, numbers, codes, digests; seals personal values. */
MUST_CHECK Rc perform_wishes(Performing *p, const ActRequest *req, const Decision *d, Entry *entry, Err *err);
/* Spawns and signals of an applied entry, as entries of their own. */
MUST_CHECK Rc perform_follows(Performing *p, const Entry *entry, Err *err);
/* Copies what a result points to out of the act's arena. */
void perform_keep_result(Arena *arena, ActResult *result);

#endif
