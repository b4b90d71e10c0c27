#include "io/store/work_internal.h"

#include <string.h>

typedef struct Applying {
    Work *work;
    WorkMatter *wm;
    const Entry *entry;
} Applying;

static void raise_series(Work *work, Str series, int64_t year, int64_t n)
{
    Str key = arena_printf(work->arena, "%.*s\n%lld", STR_ARG(series), (long long)year);
    WorkSeries *s = map_get(&work->series, key);
    if (!s) {
        s = ARENA_NEW(work->arena, WorkSeries);
        *s = (WorkSeries){ .series = series, .year = year };
        map_put(&work->series, key, s);
        *ARENA_PUSH(work->arena, work->series_order, work->n_series, work->cap_series) = s;
    }
    if (n > s->last)
        s->last = n;
}

static void remember_id(Work *work, Map *map, Str a, Str b, int64_t value)
{
    int64_t *id = ARENA_NEW(work->arena, int64_t);
    *id = value;
    map_put(map, work_key2(work, a, b), id);
}

static Rc do_number(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    raise_series(a->work, e->name, e->a, e->b);
    return RC_OK;
}

static Rc do_alias(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    DbValue row[] = { DBI(a->work->world.j), DBT(e->name), DBT(e->text), DBI(a->wm->m.id) };
    work_row(a->work, T_MATTER_ALIAS, row);
    remember_id(a->work, &a->work->aliases, e->name, e->text, a->wm->m.id);
    return RC_OK;
}

static Rc do_party(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    DbValue party[] = { DBI(a->work->world.j), DBI(a->wm->m.id), DBT(e->name), DBI(e->a) };
    work_row(a->work, T_PARTY, party);
    if (e->a / 256 == a->entry->seq) { /* ids are seq * 256 + n: this entry brought the subject in */
        DbValue subject[] = { DBI(a->work->world.j), DBI(e->a), DBT(STR("person")), DBNULL };
        work_row(a->work, T_SUBJECT, subject);
    }
    return RC_OK;
}

static Rc do_blind(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    Str blind = hex_from(a->work->arena, e->text);
    DbValue row[] = { DBI(a->work->world.j), DBT(e->name), DBB(blind), DBI(e->a) };
    work_row(a->work, T_SUBJECT_ALIAS, row);
    remember_id(a->work, &a->work->blinds, e->name, blind, e->a);
    return RC_OK;
}

static Rc do_link(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    Work *work = a->work;
    DbValue row[] = { DBI(work->world.j), DBI(a->wm->m.id), DBT(e->name),
                      DBI(work->world.j), DBI(e->a),        DBI(a->entry->seq) };
    work_row(work, T_LINK, row);
    WorkMatter *other = idmap_get(&work->matters, e->a);
    if (other && other != a->wm)
        *ARENA_PUSH(work->arena, other->m.links, other->m.n_links, other->m.cap_links) =
            (MatterLink){ .kind = e->name, .incoming = true, .other = a->wm->m.id };
    return RC_OK;
}

static Rc do_document(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    Work *work = a->work;
    Str series = json_get_str(&e->value, STR("series"));
    if (series.n)
        raise_series(work, series, json_get_int(&e->value, STR("year"), 0), json_get_int(&e->value, STR("n"), 0));
    DbValue row[] = { DBI(work->world.j),
                      DBI(a->wm->m.id),
                      DBI(e->a),
                      DBT(e->name),
                      work_text_or_null(e->text),
                      DBI(instant_day(a->entry->eff_at, a->wm->m.pack->zone_minutes)),
                      DBI(a->entry->seq),
                      DBNULL };
    work_row(work, T_DOCUMENT, row);
    return RC_OK;
}

static Rc do_sheet(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    int64_t holder = json_get_int(&e->value, STR("holder"), a->entry->actor);
    DbValue row[] = { DBI(a->work->world.j),
                      DBT(e->name),
                      DBT(e->text),
                      DBI(e->a),
                      DBI(e->b),
                      DBI(holder),
                      work_int_or_null(a->wm ? a->wm->m.id : 0, 0),
                      DBI(a->entry->seq) };
    work_row(a->work, T_SHEET, row);
    return RC_OK;
}

static Rc do_finding(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    a->wm->finding_rule = e->name;
    a->wm->finding_source = e->a;
    a->wm->finding_seq = e->b;
    return RC_OK;
}

static Rc do_blob(const Applying *a, const Effect *e, Err *err)
{
    (void)err;
    DbValue row[] = { DBI(a->work->world.j), DBI(a->wm->m.id),
                      DBI(a->entry->seq),    DBB(hex_from(a->work->arena, e->text)),
                      DBT(e->name),          DBI(a->entry->seq) };
    work_row(a->work, T_MATTER_BLOB, row);
    return RC_OK;
}

static Rc do_freeze(const Applying *a, const Effect *e, Err *err)
{
    Work *work = a->work;
    const Json *row = &e->value;
    const int64_t *fig = map_get(&work->figures, json_get_str(row, STR("figure")));
    if (!fig)
        return err_set(err, RC_CORRUPT, "entry %lld freezes a figure that is not adopted", (long long)a->entry->seq);
    DbValue values[] = { DBI(work->world.j),
                         DBT(e->name),
                         DBI(*fig),
                         DBI(json_get_int(row, STR("from"), 0)),
                         DBI(json_get_int(row, STR("to"), 0)),
                         DBI(json_get_int(row, STR("status"), 0)),
                         DBI(json_get_int(row, STR("size"), 0)),
                         DBI(json_get_int(row, STR("n"), 0)),
                         DBI(json_get_int(row, STR("v"), 0)),
                         DBB(hex_from(work->arena, json_get_str(row, STR("definition")))),
                         DBI(a->entry->actor),
                         DBI(a->entry->recorded_at) };
    work_row(work, T_FROZEN, values);
    return RC_OK;
}

typedef Rc (*EffectFn)(const Applying *a, const Effect *e, Err *err);

/* Effects that have rows of their own. The rest live in the matter's row. */
static const EffectFn effect_rows[EFFECT_COUNT] = {
    [EFFECT_NUMBER] = do_number, [EFFECT_ALIAS] = do_alias,     [EFFECT_PARTY] = do_party,
    [EFFECT_BLIND] = do_blind,   [EFFECT_LINK] = do_link,       [EFFECT_DOCUMENT] = do_document,
    [EFFECT_SHEET] = do_sheet,   [EFFECT_FINDING] = do_finding, [EFFECT_BLOB] = do_blob,
    [EFFECT_FREEZE] = do_freeze,
};

/* A refusal's row; one that is the first of its kind. */
static void refusal_row(Work *work, const Entry *entry)
{
    Str reasons = entry_refusal_key(work->arena, entry);
    DbValue row[] = { DBI(work->world.j), DBI(entry->actor), DBI(entry->matter), DBI(entry->version),
                      DBT(entry->act),    DBT(reasons),      DBI(entry->seq) };
    work_row(work, T_REFUSAL, row);
}

Rc work_effects(Work *work, WorkMatter *wm, const Entry *entry, Err *err)
{
    Applying a = { .work = work, .wm = wm, .entry = entry };
    if (entry->kind == ENTRY_REFUSAL)
        refusal_row(work, entry);
    for (size_t i = 0; i < entry->effects.n; i++) {
        const Effect *e = &entry->effects.items[i];
        if (!effect_rows[e->kind])
            continue;
        bool needs_matter = e->kind != EFFECT_SHEET && e->kind != EFFECT_FREEZE;
        if (needs_matter && !wm)
            return err_set(err, RC_CORRUPT, "entry %lld: effect %s without a matter", (long long)entry->seq,
                           effect_name(e->kind));
        TRY(effect_rows[e->kind](&a, e, err));
    }
    return RC_OK;
}

/* ---- organisation rows ---- */

static const TableId put_tables[] = { T_JURISDICTION, T_PACK_ADOPTION, T_UNIT,  T_PERSON,
                                      T_ROLE_GRANT,   T_CREDENTIAL,    T_FIGURE };

static DbValue column_value(Work *work, const DbColumn *column, const Json *value)
{
    if (!value || value->type == JSON_NULL)
        return column->nullable ? DBNULL : column->type == DB_INT ? DBI(0) : DBT(STR(""));
    if (column->type == DB_INT)
        return DBI(json_as_int(value, 0));
    if (column->type == DB_BYTES)
        return DBB(hex_from(work->arena, json_as_str(value)));
    return DBT(json_as_str(value));
}

Rc work_put(Work *work, const Effect *effect, const Entry *entry, Err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(put_tables); i++) {
        const DbTable *table = &schema_tables[put_tables[i]];
        if (!str_eq_c(effect->name, table->name))
            continue;
        DbValue row[DB_COLUMNS_MAX];
        for (size_t c = 0; c < table->n_columns; c++)
            row[c] = column_value(work, &table->columns[c], json_get(&effect->value, str_c(table->columns[c].name)));
        row[0] = DBI(work->world.j);
        for (size_t c = 1; c < table->n_columns; c++)
            if (strcmp(table->columns[c].name, "seq") == 0 || strcmp(table->columns[c].name, "from_seq") == 0)
                row[c] = DBI(entry->seq);
        work_row(work, put_tables[i], row);
        if (put_tables[i] == T_FIGURE) {
            int64_t *fig = ARENA_NEW(work->arena, int64_t);
            *fig = row[1].i;
            map_put(&work->figures, row[2].s, fig);
        }
        return RC_OK;
    }
    return err_set(err, RC_CORRUPT, "entry %lld puts a row into %.*s, which is no organisation table",
                   (long long)entry->seq, STR_ARG(effect->name));
}
