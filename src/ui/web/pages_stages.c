/* The picture of a procedure for one matter: the stages it has been through, the one it is at, and the shortest way
 * from there to the usual end. Side stages that it never entered would only hide the line. */
#include "ui/web/pages_matter.h"
#include "ui/web/pages_procedures.h"

enum { STAGES_MAX = 64 };

static Day stage_day(const MatterRecord *record, Str stage)
{
    for (size_t i = 0; i < record->n_moments; i++)
        if (record->moments[i].void_seq < 0 && str_eq(record->moments[i].stage, stage))
            return instant_day(record->moments[i].entry.eff_at, record->m.pack->zone_minutes);
    return DAY_NONE;
}

/* Breadth first over plain acts; before[s] is the stage from which s was first reached, -1 when it was not. */
static void walk(const LawProcedure *procedure, int from, int before[STAGES_MAX])
{
    int queue[STAGES_MAX];
    size_t head = 0;
    size_t tail = 0;
    for (size_t i = 0; i < STAGES_MAX; i++)
        before[i] = -1;
    before[from] = from;
    queue[tail++] = from;
    while (head < tail) {
        int at = queue[head++];
        for (size_t i = 0; i < procedure->n_acts; i++) {
            const LawAct *act = &procedure->acts[i];
            if (act->kind != LAW_ACT_PLAIN || act->to < 0 || !(act->from >> at & 1) || before[act->to] >= 0)
                continue;
            before[act->to] = at;
            queue[tail++] = act->to;
        }
    }
}

/* Bits of the stages on the way from `from` to the first end stage; only itself when it is at an end. */
static uint64_t way_ahead(const LawProcedure *procedure, int from)
{
    int before[STAGES_MAX];
    uint64_t way = UINT64_C(1) << from;
    if (procedure->stages[from].end)
        return way;
    walk(procedure, from, before);
    for (size_t i = 0; i < procedure->n_stages; i++) {
        if (!procedure->stages[i].end || before[i] < 0)
            continue;
        for (int at = (int)i; at != from; at = before[at])
            way |= UINT64_C(1) << at;
        return way;
    }
    return way;
}

Json matter_stages(Page *page, const MatterRecord *record, Str *ret_text)
{
    const LawProcedure *procedure = record->m.procedure;
    int current = law_stage(procedure, record->m.core.stage);
    uint64_t way = current < 0 ? 0 : way_ahead(procedure, current);
    Json list = json_arr();
    int now_at = 0;
    for (int i = 0; i < (int)procedure->n_stages; i++) {
        const LawStage *stage = &procedure->stages[i];
        bool now = i == current;
        Day day = stage_day(record, stage->id);
        Json out = json_obj();
        if (day == DAY_NONE && !(way >> i & 1))
            continue;
        model_text(page, &out, "id", stage->id);
        model_text(page, &out, "title", stage->title);
        model_text(page, &out, "state", now ? STR("now") : day != DAY_NONE ? STR("done") : STR("todo"));
        model_text(page, &out, "note", show_day_short(page, day));
        json_push(page->arena, &list, out);
        now_at = now ? (int)list.n : now_at;
    }
    *ret_text =
        arena_printf(page->arena, page_format(page, N_("Picture of the procedure: now at “%.*s”, step %d of %d")),
                     STR_ARG(show_stage(procedure, record->m.core.stage)), now_at, (int)list.n);
    return list;
}

/* The whole procedure, with the stages in the order in which this matter was at them. */
Json matter_picture(Page *page, const MatterRecord *record)
{
    const LawProcedure *procedure = record->m.procedure;
    int *stages = ARENA_ARRAY(page->arena, int, record->n_moments + 1);
    PicturePath path = { .stages = stages };
    for (size_t i = 0; i < record->n_moments; i++) {
        const MatterMoment *moment = &record->moments[i];
        int stage = law_stage(procedure, moment->stage);
        if (moment->void_seq < 0 && stage >= 0 && (path.n == 0 || stages[path.n - 1] != stage))
            stages[path.n++] = stage;
    }
    path.open = record->m.core.stage.n && path.n && !procedure->stages[stages[path.n - 1]].end;
    return picture_model(page, procedure, &path);
}
