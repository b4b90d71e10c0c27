#include "app/app_internal.h"

/* Keys become durable first: a key without an entry belongs to nobody, an entry without its key would be lost. */
static Rc commit(App *app, Work *work, Err *err)
{
    if (app->keys)
        TRY(keys_commit(app->keys, err));
    return work_commit(work, err);
}

Rc app_transact(App *app, AppBody body, void *ctx, Err *err)
{
    Work *work = NULL;
    WorkWorld world = app_world(app);
    arena_reset(app->batch);
    arena_reset(app->act);
    TRY(work_begin(app->db, app->batch, &world, app->epoch, &work, err));
    Rc rc = body(app, work, ctx, err);
    bool idle = rc == RC_OK && !work_touched(work);
    if (rc == RC_OK && !idle)
        rc = commit(app, work, err);
    if (rc == RC_OK && !idle)
        return RC_OK;
    work_rollback(work);
    if (app->keys)
        keys_rollback(app->keys);
    return rc;
}
