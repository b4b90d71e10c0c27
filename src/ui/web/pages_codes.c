/* Codes at places, to be printed and put up. */
#include "core/law/pages.h"
#include "lib/qr/qr.h"
#include "ui/web/pages_proof.h"
#include "ui/web/pages_public.h"

enum { CODES_SHOWN = 60 };

static Str cell_text(const LawItem *item, Str column)
{
    const FeelValue *cell = feel_get(item->row, column);
    return cell && cell->type == FEEL_STRING ? feel_to_str(*cell) : STR_NONE;
}

static Rc show_code(Page *page, const LawItem *item, Json *list, Err *err)
{
    Json out = json_obj();
    Qr qr;
    Str url = page_address(page, arena_printf(page->arena, "/q/%.*s", STR_ARG(item->id)));
    TRY(qr_encode(page->arena, url, &qr, err));
    int side = qr.size + 2 * QR_QUIET;
    model_text(page, &out, "title", item->title);
    model_text(page, &out, "url", url);
    model_text(page, &out, "box", arena_printf(page->arena, "-%d -%d %d %d", QR_QUIET, QR_QUIET, side, side));
    model_text(page, &out, "path", qr.path);
    model_text(page, &out, "until", item->to == DAY_NONE ? STR_NONE : show_day(page, item->to));
    json_push(page->arena, list, out);
    return RC_OK;
}

static bool is_offered(const Json *options, Str value)
{
    for (size_t i = 0; i < options->n; i++)
        if (str_eq(json_get_str(&options->as.items[i], STR("value")), value))
            return true;
    return false;
}

/* Columns that fill a field of options are worth filtering by. */
static bool divides(const LawPlaceCodes *codes, size_t i)
{
    return codes->columns[i].n && codes->fields[i]->type == LAW_CHOICE;
}

/* The values of a column, each once, as they stand in the catalogue. */
static Json column_filter(Page *page, const LawPlaceCodes *codes, size_t field)
{
    Json filter = json_obj();
    Json options = json_arr();
    Str column = codes->columns[field];
    Str chosen = page_query(page, arena_c(page->arena, column));
    for (size_t i = 0; i <= codes->catalogue->n_items; i++) {
        Json option = json_obj();
        Str value = i ? cell_text(&codes->catalogue->items[i - 1], column) : STR("");
        if (is_offered(&options, value))
            continue;
        json_add(page->arena, &option, STR("value"), json_str(value));
        model_text(page, &option, "title",
                   i ? show_item(page, codes->fields[field], value) : page_text(page, N_("All")));
        model_bool(page, &option, "selected", str_eq(chosen, value));
        json_push(page->arena, &options, option);
    }
    model_text(page, &filter, "name", column);
    model_text(page, &filter, "title", codes->fields[field]->title);
    model_put(page, &filter, "options", options);
    return filter;
}

static bool fits_all(const Page *page, const LawPlaceCodes *codes, const LawItem *item)
{
    for (size_t i = 0; i < codes->n_fields; i++) {
        Str wanted = divides(codes, i) ? page_query(page, arena_c(page->arena, codes->columns[i])) : STR_NONE;
        if (wanted.n && !str_eq(cell_text(item, codes->columns[i]), wanted))
            return false;
    }
    return true;
}

Rc page_codes(Page *page, Json *ret_model, Err *err)
{
    const LawPlaceCodes *codes = page->pack->pages ? page->pack->pages->codes : NULL;
    Json model = json_obj();
    Json list = json_arr();
    Json filters = json_arr();
    size_t n = 0;
    if (!codes)
        return err_set(err, RC_NOT_FOUND, "the pack has no codes at places");
    for (size_t i = 0; i < codes->catalogue->n_items; i++) {
        const LawItem *item = &codes->catalogue->items[i];
        if (!law_item_holds(item, show_today(page)) || !fits_all(page, codes, item))
            continue;
        if (n++ < CODES_SHOWN)
            TRY(show_code(page, item, &list, err));
    }
    for (size_t i = 0; i < codes->n_fields; i++)
        if (divides(codes, i))
            json_push(page->arena, &filters, column_filter(page, codes, i));
    page_name(page, &model, page_text(page, N_("Codes at places")), "codes");
    model_text(
        page, &model, "lede",
        arena_printf(page->arena, page_format(page, N_("%zu codes hold today; %zu are shown.")), n, (size_t)list.n));
    model_put(page, &model, "filters", filters);
    model_put(page, &model, "codes", list);
    *ret_model = model;
    return RC_OK;
}
