/* What happened to a matter and what is still due, on one line of time. */
#include <stdlib.h>

#include "ui/web/pages_matter.h"

enum { SHOWN_MAX = 60, NOTE_FIELDS_MAX = 4 };

/* ---- words of an entry ---- */

/* "clock/<id>/<generation>/<which threshold>": a warning, or the end of the term. */
static Str clock_title(Page *page, const Matter *m, Str act)
{
    Str rest = act;
    int64_t threshold = 0;
    str_cut(rest, '/', &rest);
    Str id = str_cut(rest, '/', &rest);
    str_cut(rest, '/', &rest);
    const LawClock *def = m ? show_clock_def(page, m, id) : NULL;
    Str title = def ? def->title : id;
    if (def && str_to_i64(rest, &threshold) && threshold >= 0 && (size_t)threshold < def->n_warn)
        return arena_printf(page->arena, page_format(page, N_("Time limit “%.*s”: %d%% gone")), STR_ARG(title),
                            def->warn_percent[threshold]);
    return arena_printf(page->arena, page_format(page, N_("Time limit “%.*s” has run out")), STR_ARG(title));
}

Str moment_title(Page *page, const Matter *m, const Entry *entry)
{
    if (str_starts(entry->act, STR("clock/")))
        return clock_title(page, m, entry->act);
    const LawAct *act = m ? law_act(m->procedure, entry->act) : NULL;
    if (!act)
        return entry->act;
    return act->title;
}

static size_t take_rules(const LawPack *pack, const Json *ids, VerdictKind kind, Verdict *into)
{
    size_t n = 0;
    for (size_t i = 0; ids && ids->type == JSON_ARR && i < ids->n; i++) {
        const LawRule *rule = law_rule(pack, json_as_str(json_at(ids, i)));
        if (rule)
            into[n++] = (Verdict){ .rule = rule, .kind = kind, .effect = law_rule_effect(pack, rule) };
    }
    return n;
}

const Verdict *moment_verdicts(Page *page, const LawPack *pack, const Entry *entry, size_t *ret_n)
{
    size_t max = 0;
    size_t n = 0;
    *ret_n = 0;
    if (entry->verdicts.type != JSON_OBJ)
        return NULL;
    for (size_t i = 0; i < entry->verdicts.n; i++)
        max += entry->verdicts.as.members[i].value.n;
    Verdict *list = ARENA_ARRAY(page->arena, Verdict, max);
    for (int kind = VERDICT_COMPLIED; kind <= VERDICT_UNDECIDED; kind++)
        n += take_rules(pack, json_get(&entry->verdicts, str_c(verdict_names[kind])), (VerdictKind)kind, list + n);
    *ret_n = n;
    return list;
}

/* ---- moments ---- */

static Str append_note(const Page *page, Str note, Str part)
{
    if (!note.n || !part.n)
        return note.n ? note : part;
    Str between = page_text(page, N_("; "));
    return arena_printf(page->arena, "%.*s%.*s%.*s", STR_ARG(note), STR_ARG(between), STR_ARG(part));
}

/* What the entry wrote into the fields, as far as everybody may read it. */
static Str fields_note(Page *page, const Matter *m, const Entry *entry)
{
    Str note = STR_NONE;
    int shown = 0;
    for (size_t i = 0; i < entry->effects.n && shown < NOTE_FIELDS_MAX; i++) {
        const Effect *e = &entry->effects.items[i];
        const LawField *field = e->kind == EFFECT_SET ? law_field(m->procedure, e->name) : NULL;
        Str value = field && !field->personal.n ? show_value(page, field, &e->value) : STR_NONE;
        if (!value.n)
            continue;
        Str part =
            arena_printf(page->arena, page_format(page, N_("%.*s: %.*s")), STR_ARG(field->title), STR_ARG(value));
        note = append_note(page, note, part);
        shown++;
    }
    return note;
}

/* The two other times, where they tell something. */
static Str times_note(Page *page, const Entry *entry)
{
    Str note = STR_NONE;
    if (entry->recorded_at - entry->happened_at >= MS_PER_MINUTE)
        note = arena_printf(page->arena, page_format(page, N_("recorded %s")), show_moment(page, entry->recorded_at).p);
    if (entry->eff_at / MS_PER_MINUTE != entry->happened_at / MS_PER_MINUTE)
        note = append_note(page, note,
                           arena_printf(page->arena, page_format(page, N_("takes effect from %s")),
                                        show_moment(page, entry->eff_at).p));
    return note;
}

static Str verdicts_note(Page *page, const Entry *entry)
{
    size_t n = 0;
    const LawPack *pack = entry_pack(app_book(page->app), entry);
    const Verdict *verdicts = moment_verdicts(page, pack, entry, &n);
    return n ? show_verdicts_text(page, verdicts, n) : STR_NONE;
}

static Json show_refs(Page *page, const MatterRecord *record, int64_t seq)
{
    Json list = json_arr();
    for (size_t i = 0; i < record->n_documents; i++) {
        const MatterDocument *d = &record->documents[i];
        const LawDocument *def = law_document(record->m.procedure, d->template);
        Json ref = json_obj();
        if (d->seq != seq)
            continue;
        Str title = def ? def->title : d->template;
        model_text(page, &ref, "title", arena_printf(page->arena, "%.*s %.*s", STR_ARG(title), STR_ARG(d->number)));
        model_text(page, &ref, "url", arena_printf(page->arena, "/e/%lld", (long long)seq));
        json_push(page->arena, &list, ref);
    }
    return list;
}

static Json at_text(Page *page, int64_t at, bool with_time)
{
    Json list = json_arr();
    json_push(page->arena, &list, json_str(show_day_short(page, instant_day(at, page->pack->zone_minutes))));
    if (with_time)
        json_push(page->arena, &list, json_str(show_time(page, at)));
    return list;
}

/* All members, so that every kind of moment has them. */
static Json new_moment(Page *page, const char *kind, int64_t at, bool with_time)
{
    static const char *const empty[] = { "icon_text", "note", "seq", "url", "mode_text", "clock_id", "deriv" };
    Json out = json_obj();
    model_text(page, &out, "kind", str_c(kind));
    model_text(page, &out, "at", show_iso(page, at));
    model_put(page, &out, "at_text", at_text(page, at, with_time));
    model_text(page, &out, "icon", STR("dot"));
    model_put(page, &out, "refs", json_arr());
    model_bool(page, &out, "void", false);
    for (size_t i = 0; i < ARRAY_LEN(empty); i++)
        model_null(page, &out, empty[i]);
    return out;
}

static Json entry_moment(Page *page, const MatterRecord *record, const MatterMoment *moment)
{
    const Entry *entry = &moment->entry;
    Json out = new_moment(page, "entry", entry->happened_at, true);
    Str by = show_actor(page, entry->actor);
    Str note = fields_note(page, &record->m, entry);
    note = append_note(page, note, times_note(page, entry));
    note = append_note(page, note, verdicts_note(page, entry));
    if (entry->kind == ENTRY_CLOCK)
        model_text(page, &out, "icon", STR("clock"));
    if (entry->actor > 0 && entry->role.n) {
        Str role = show_role(page, entry->role);
        by = arena_printf(page->arena, page_format(page, N_("%.*s, %.*s")), STR_ARG(by), STR_ARG(role));
    }
    model_text(page, &out, "title", moment_title(page, &record->m, entry));
    model_text(page, &out, "by", by);
    model_text(page, &out, "note", note);
    model_put(page, &out, "refs", show_refs(page, record, entry->seq));
    model_int(page, &out, "seq", entry->seq);
    model_text(page, &out, "url", arena_printf(page->arena, "/e/%lld", (long long)entry->seq));
    model_text(page, &out, "mode_text", entry->mode == ACT_DO ? STR_NONE : show_mode(page, entry->mode));
    model_bool(page, &out, "void", moment->void_seq >= 0);
    return out;
}

static bool clock_moment(Page *page, const Matter *m, const MatterClock *clock, int64_t at, Json *ret)
{
    Json shown;
    if (!show_clock(page, m, clock, &shown))
        return false;
    Str state = json_get_str(&shown, STR("state"));
    bool near = str_eq(state, STR("soon")) || str_eq(state, STR("today"));
    bool late = str_eq(state, STR("overdue")) || str_eq(state, STR("late"));
    Json out = new_moment(page, "due", at, false);
    model_text(page, &out, "icon", near ? STR("soon") : late ? STR("overdue") : STR("clock"));
    model_text(page, &out, "icon_text", page_text(page, N_("Time limit")));
    model_text(page, &out, "title",
               arena_printf(page->arena, page_format(page, N_("Time limit: %.*s")),
                            STR_ARG(json_get_str(&shown, STR("title")))));
    model_text(page, &out, "by", json_get_str(&shown, STR("text")));
    model_text(page, &out, "clock_id", clock->id);
    model_put(page, &out, "deriv", show_derivation(page, m, clock));
    *ret = out;
    return true;
}

/* ---- the line ---- */

typedef struct Point {
    int64_t at;
    int64_t order; /* of what happened at the same instant */
    Json moment;
} Point;

static int compare_points(const void *a, const void *b)
{
    const Point *x = a;
    const Point *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static Point now_point(Page *page)
{
    Json now = new_moment(page, "now", page->now, false);
    model_text(page, &now, "title",
               arena_printf(page->arena, page_format(page, N_("Today %s")), show_time(page, page->now).p));
    model_null(page, &now, "by");
    return (Point){ .at = page->now, .order = INT64_MAX, .moment = now };
}

static size_t add_clocks(Page *page, const Matter *m, Point *points)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_clocks; i++) {
        const MatterClock *clock = &m->clocks[i];
        int64_t at = clock->due_at == INT64_MAX ? page->now : clock->due_at;
        points[n] = (Point){ .at = at, .order = INT64_MAX - 1 };
        n += clock_moment(page, m, clock, at, &points[n].moment);
    }
    return n;
}

static Json older_part(Page *page, const MatterRecord *record, size_t n, int64_t before)
{
    Json older = json_obj();
    if (!n)
        return json_null();
    model_int(page, &older, "count", (int64_t)n);
    model_text(page, &older, "url",
               arena_printf(page->arena, "/m/%lld?before=%lld#time", (long long)record->m.id, (long long)before));
    return older;
}

Json show_timeline(Page *page, const MatterRecord *record)
{
    bool ascending = str_eq(page_query(page, "order"), STR("asc"));
    int64_t before = INT64_MAX;
    if (!str_to_i64(page_query(page, "before"), &before))
        before = INT64_MAX;
    size_t end = record->n_moments;
    while (end > 0 && record->moments[end - 1].entry.seq >= before)
        end--;
    size_t first = end > SHOWN_MAX ? end - SHOWN_MAX : 0;
    size_t n = 0;
    Point *points = ARENA_ARRAY(page->arena, Point, end - first + record->m.n_clocks + 1);
    for (size_t i = first; i < end; i++) {
        const MatterMoment *m = &record->moments[i];
        points[n++] = (Point){ m->entry.happened_at, m->entry.seq, entry_moment(page, record, m) };
    }
    if (before == INT64_MAX) {
        n += add_clocks(page, &record->m, points + n);
        points[n++] = now_point(page);
    }
    qsort(points, n, sizeof *points, compare_points);
    Json items = json_arr();
    for (size_t i = 0; i < n; i++)
        json_push(page->arena, &items, points[ascending ? i : n - 1 - i].moment);
    Json out = json_obj();
    model_bool(page, &out, "ascending", ascending);
    model_text(page, &out, "order_url",
               arena_printf(page->arena, "/m/%lld%s#time", (long long)record->m.id, ascending ? "" : "?order=asc"));
    model_int(page, &out, "count", (int64_t)record->n_moments);
    model_put(page, &out, "items", items);
    model_put(page, &out, "older", older_part(page, record, first, first < end ? record->moments[first].entry.seq : 0));
    return out;
}
