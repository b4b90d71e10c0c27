/* office.h - a small office at work on a disk that fails: letters come in, some are answered, the ledger is published,
 * checkpointed and opened anew; and what must be there afterwards.
 *
 * Acknowledged is what app_perform_many or publisher_run answered with RC_OK. Every acknowledgement gets a number. */
#ifndef YIFA_TESTS_FAULT_OFFICE_H
#define YIFA_TESTS_FAULT_OFFICE_H

#include "app/app_internal.h"
#include "app/publish.h"

enum { OFFICE_ACKS_MAX = 65536 };

/* Of the entropy; no two processes of one ledger may draw the same. */
enum { SEED_START = 1, SEED_CHECK = 2, SEED_CHILD = 3 };

typedef struct Ack {
    int64_t seq; /* -1: published */
    int64_t matter;
    uint64_t size; /* of the published ledger */
} Ack;

typedef struct Office {
    const char *folder;
    AppOptions options;
    int64_t now;
    OsSeeded seed;
    App *app;
    Publisher *publisher;
    Ack *acks;
    size_t n_acks;
    void (*acknowledged)(const Ack *ack, size_t number); /* may be NULL */
    int64_t letters[64];                                 /* matters that have no answer yet */
    size_t n_letters;
} Office;

void office_init(Office *o, const char *folder, uint64_t seed);
void office_clear(Office *o);
/* Makes an empty office with its pack and signing key, and closes it. The folder is there already. */
MUST_CHECK Rc office_create(Office *o, Err *err);
MUST_CHECK Rc office_open(Office *o, Err *err);
void office_close(Office *o);
/* The i-th piece of work: a batch of acts, and now and then what else a day brings. RC_FATAL: the process must stop. */
MUST_CHECK Rc office_work(Office *o, unsigned i, Err *err);

typedef struct OfficeFound {
    size_t entries;
    size_t lost;                   /* acknowledgements that do not hold */
    char text[ERR_TEXT_MAX + 256]; /* the first thing that is wrong; empty: nothing */
} OfficeFound;

/* Opens an office as it stands, verifies the ledger, the keys of personal values and the published log, and looks for
 * what was acknowledged; then works on: an act and a publication must succeed. True when nothing is wrong. */
bool office_check(const char *folder, const Ack *acks, size_t n_acks, OfficeFound *ret);
/* A creation that was cut off can be repeated, or had ended. */
bool office_check_creation(const char *folder, OfficeFound *ret);

/* A folder name in memory, where there is one, for `what`; it is not made. */
void office_place(char *out, size_t n, const char *what);
void office_remove(const char *folder);

#endif
