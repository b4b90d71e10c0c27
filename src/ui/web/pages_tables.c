#include "ui/web/pages_tables.h"

#include "core/law/pages.h"

/* ---- texts ---- */

Str show_table_source(const Page *page, const LawTable *table)
{
    Str text = table->document;
    if (table->number.n)
        text = show_join(page, text, table->number);
    if (table->published != DAY_NONE)
        text = show_join(
            page, text,
            arena_printf(page->arena, page_format(page, N_("published %s")), show_day(page, table->published).p));
    return text;
}

/* People write the last day on which a row holds, the table the first on which it no longer does. */
static Str show_period(const Page *page, const LawTableRow *row)
{
    if (row->from != DAY_NONE && row->to != DAY_NONE)
        return arena_printf(page->arena, page_format(page, N_("%s to %s")), show_day(page, row->from).p,
                            show_day(page, row->to - 1).p);
    if (row->from != DAY_NONE)
        return arena_printf(page->arena, page_format(page, N_("from %s")), show_day(page, row->from).p);
    if (row->to != DAY_NONE)
        return arena_printf(page->arena, page_format(page, N_("until %s")), show_day(page, row->to - 1).p);
    return STR_NONE;
}

static Str show_feel(Page *page, const LawTableColumn *column, FeelValue value)
{
    if (feel_is_null(value))
        return STR_NONE;
    if (value.type == FEEL_BOOL)
        return page_text(page, value.as.b ? N_("yes") : N_("no"));
    Str text = feel_display(page->arena, value);
    return column->unit.n ? arena_printf(page->arena, "%.*s%.*s", STR_ARG(text), STR_ARG(column->unit)) : text;
}

static void push_fact(Page *page, Json *facts, Str title, Str text)
{
    Json fact = json_obj();
    if (!text.n)
        return;
    model_text(page, &fact, "title", title);
    model_text(page, &fact, "text", text);
    json_push(page->arena, facts, fact);
}

/* ---- a table ---- */

static Json show_heads(Page *page, const LawTable *table)
{
    Json heads = json_arr();
    for (size_t i = 0; i < table->n_shown; i++)
        json_push(page->arena, &heads, json_str(table->columns[table->shown[i]].title));
    return heads;
}

static Json show_row(Page *page, const LawTable *table, const LawTableRow *row)
{
    Json out = json_obj();
    Json cells = json_arr();
    Str head = table->n_shown > 0 ? row->cells[table->shown[0]] : row->id;
    for (size_t i = 1; i < table->n_shown; i++)
        json_push(page->arena, &cells, json_str(row->cells[table->shown[i]]));
    model_text(page, &out, "id", row->id);
    model_text(page, &out, "head", head);
    model_put(page, &out, "cells", cells);
    model_text(page, &out, "period", show_period(page, row));
    return out;
}

/* ---- beside a matter ---- */

static const LawTableRow *fired_row(const TableFound *found)
{
    const FeelValue *id = feel_get(found->row, STR("row"));
    return id && id->type == FEEL_STRING ? law_table_row(found->use->table, feel_to_str(*id)) : NULL;
}

/* Beside the row that applies only those of its time are of interest; without one, those of today. */
static bool is_of_interest(const Page *page, const LawTableRow *row, const LawTableRow *fired)
{
    if (fired)
        return row->from == fired->from && row->to == fired->to;
    return law_table_row_holds(row, show_today(page));
}

static Json show_rows(Page *page, const TableFound *found, const LawTableRow *fired)
{
    const LawTable *table = found->use->table;
    Json rows = json_arr();
    for (size_t i = 0; i < table->n_rows; i++) {
        const LawTableRow *row = &table->rows[i];
        if (!law_table_row_concerns(table, row, found->item) || !is_of_interest(page, row, fired))
            continue;
        Json out = show_row(page, table, row);
        model_bool(page, &out, "fits", row == fired);
        json_push(page->arena, &rows, out);
    }
    return rows;
}

static bool is_shown(const LawTable *table, size_t column)
{
    for (size_t i = 0; i < table->n_shown; i++) {
        if (table->shown[i] == column)
            return true;
    }
    return false;
}

/* Whether any row that concerns the item says something of this column. */
static bool is_looked_at(const TableFound *found, size_t column)
{
    const LawTable *table = found->use->table;
    for (size_t i = 0; i < table->n_rows; i++) {
        const LawTableRow *row = &table->rows[i];
        bool says = row->cells[column].n > 0 && !str_eq_c(row->cells[column], "-");
        if (says && law_table_row_concerns(table, row, found->item))
            return true;
    }
    return false;
}

/* What the table looked at, and what it gave beside the cells that stand in the row anyway. */
static Json show_facts(Page *page, const TableFound *found, const LawTableRow *fired)
{
    const LawTable *table = found->use->table;
    Json facts = json_arr();
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].kind == LAW_COLUMN_INPUT && i != table->by && is_looked_at(found, i))
            push_fact(page, &facts, table->columns[i].title, show_feel(page, &table->columns[i], found->inputs[i]));
    }
    if (!fired)
        return facts;
    for (size_t i = 0; i < table->n_columns; i++) {
        const FeelValue *value = feel_get(found->row, table->columns[i].title);
        if (table->columns[i].kind == LAW_COLUMN_OUTPUT && value && !is_shown(table, i))
            push_fact(page, &facts, table->columns[i].title, show_feel(page, &table->columns[i], *value));
        if (table->columns[i].kind == LAW_COLUMN_ARTICLE && !is_shown(table, i))
            push_fact(page, &facts, table->columns[i].title, fired->cells[i]);
    }
    push_fact(page, &facts, page_text(page, N_("In force")), show_period(page, fired));
    return facts;
}

static Json show_found(Page *page, const TableFound *found)
{
    const LawTable *table = found->use->table;
    const LawTableRow *fired = fired_row(found);
    const LawItem *item = law_item(table->items, found->item);
    Str about = item ? item->title : table->title;
    Json out = json_obj();
    Json rows = show_rows(page, found, fired);
    model_text(page, &out, "id", table->id);
    model_text(page, &out, "title", about);
    model_text(page, &out, "note", show_table_source(page, table));
    model_text(page, &out, "caption",
               arena_printf(page->arena,
                            page_format(page, fired ? N_("%.*s: row %.*s applies") : N_("%.*s: no row applies yet")),
                            STR_ARG(about), STR_ARG(fired ? fired->id : STR_NONE)));
    model_bool(page, &out, "applies", fired != NULL);
    model_put(page, &out, "heads", show_heads(page, table));
    model_put(page, &out, "rows", rows);
    model_put(page, &out, "facts", show_facts(page, found, fired));
    return out;
}

Json show_tables(Page *page, const TableFound *found, size_t n)
{
    Json list = json_arr();
    for (size_t i = 0; i < n; i++) {
        Json table = show_found(page, &found[i]);
        if (json_get(&table, STR("rows"))->n > 0)
            json_push(page->arena, &list, table);
    }
    return list;
}

Json show_matter_tables(Page *page, const Matter *matter)
{
    const LawProcedure *now = law_procedure(page->pack, matter->procedure->id);
    const TableFound *found = NULL;
    MatterEnv env = { .pack = page->pack,
                      .owner = now ? page->pack : matter->pack,
                      .procedure = now ? now : matter->procedure,
                      .dir = page->dir,
                      .matter = matter,
                      .core = &matter->core,
                      .now_ms = page->now,
                      .arena = page->arena };
    env_init(&env);
    return show_tables(page, found, env_tables(&env, UINT64_MAX, &found));
}

/* ---- for everybody ---- */

static const LawTable *public_table(const Page *page, Str id)
{
    const LawPages *pages = page->pack->pages;
    for (size_t i = 0; pages && i < pages->n_tables; i++) {
        if (str_eq(pages->tables[i]->id, id))
            return pages->tables[i];
    }
    return NULL;
}

static Json show_public_rows(Page *page, const LawTable *table, Str item)
{
    Json rows = json_arr();
    Day today = show_today(page);
    for (size_t i = 0; i < table->n_rows; i++) {
        const LawTableRow *row = &table->rows[i];
        if (!law_table_row_concerns(table, row, item))
            continue;
        Json out = show_row(page, table, row);
        bool holds = law_table_row_holds(row, today);
        bool coming = !holds && row->from != DAY_NONE && today < row->from;
        model_bool(page, &out, "holds", holds);
        model_text(page, &out, "state",
                   page_text(page, holds    ? N_("in force")
                                   : coming ? N_("not yet in force")
                                            : N_("no longer in force")));
        json_push(page->arena, &rows, out);
    }
    return rows;
}

static void push_group(Page *page, Json *groups, const LawTable *table, Str id, Str title)
{
    Json group = json_obj();
    Json rows = show_public_rows(page, table, id);
    if (!rows.n)
        return;
    model_text(page, &group, "id", id);
    model_text(page, &group, "title", title);
    model_put(page, &group, "rows", rows);
    json_push(page->arena, groups, group);
}

Rc page_open_table(Page *page, Json *ret_model, Err *err)
{
    const LawTable *table = public_table(page, page_param(page, "id"));
    Json model = json_obj();
    Json groups = json_arr();
    if (!table)
        return err_set(err, RC_NOT_FOUND, "there is no such public table");
    for (size_t i = 0; table->items && i < table->items->n_items; i++)
        push_group(page, &groups, table, table->items->items[i].id, table->items->items[i].title);
    if (!table->items)
        push_group(page, &groups, table, table->id, table->title);
    page_name(page, &model, table->title, "open");
    model_text(page, &model, "source", show_table_source(page, table));
    model_text(page, &model, "note", table->note);
    model_put(page, &model, "laws", show_laws(page, &table->basis));
    model_put(page, &model, "heads", show_heads(page, table));
    model_put(page, &model, "groups", groups);
    *ret_model = model;
    return RC_OK;
}
