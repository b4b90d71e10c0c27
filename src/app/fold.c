/* fold.c - existing entries folded into a store: rebuilding, and taking an archive in. */
#include "app/app_internal.h"

typedef struct Folding {
    const Str *leaves;
    size_t n;
    size_t done;
    bool reload; /* the organisation changed: later entries see it as it then is */
} Folding;

static Rc fold_entries(App *app, Work *work, void *ctx, Err *err)
{
    Folding *f = ctx;
    f->done = 0;
    f->reload = false;
    while (f->done < f->n && !f->reload) {
        Entry entry;
        TRY(entry_decode(app->act, f->leaves[f->done], &entry, err));
        TRY(work_apply(work, &entry, f->leaves[f->done], err));
        arena_reset(app->act);
        f->done++;
        f->reload = entry.kind == ENTRY_ORG;
    }
    return RC_OK;
}

Rc app_fold(App *app, const Str *leaves, size_t n, size_t *ret_done, Err *err)
{
    Folding folding = { .leaves = leaves, .n = n };
    TRY(app_transact(app, fold_entries, &folding, err));
    *ret_done = folding.done;
    if (!folding.reload)
        return RC_OK;
    TRY(app_read_book(app, err));
    return app_read_people(app, err);
}
