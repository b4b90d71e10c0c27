/* map/NAME.json: areas and their cells, in units of the drawing: {width, height, areas: [{id, title, label: [x, y],
 * cells: [{id, title, ring: [x, y, x, y, …]}]}]}, all whole numbers. */
#include "core/law/pack_private.h"
#include "core/law/pages.h"
#include "lib/fmt/json.h"

enum { AREAS_MAX = 64, CELLS_MAX = 1000, POINTS_MAX = 40000, EXTENT_MAX = 100000, RING_MIN = 3 };

typedef struct Shapes {
    Loader *l;
    LawPlace top;
    const LawMap *map;
    size_t n_cells;
    size_t n_points;
    bool good;
} Shapes;

static void wrong(Shapes *s, Str id, const char *what)
{
    s->good = false;
    pack_issue(s->l, s->top, STR("see map/ in docs/PACKS.md"), "'%.*s': %s", STR_ARG(pack_excerpt(id)), what);
}

static bool coordinate(const Json *value, int32_t extent, int32_t *ret)
{
    if (!value || value->type != JSON_INT || value->as.i < 0 || value->as.i > extent)
        return false;
    *ret = (int32_t)value->as.i;
    return true;
}

static void read_cell(Shapes *s, const Json *json, LawCell *cell)
{
    const Json *ring = json_get(json, STR("ring"));
    *cell = (LawCell){ .id = json_get_str(json, STR("id")), .title = json_get_str(json, STR("title")) };
    if (!cell->id.n || !ring || ring->type != JSON_ARR || ring->n % 2 != 0 || ring->n < 2 * (size_t)RING_MIN) {
        wrong(s, cell->id, "a cell has an id and a ring of at least three points");
        return;
    }
    s->n_points += ring->n / 2;
    if (s->n_points > POINTS_MAX) {
        wrong(s, cell->id, "the map has too many points");
        return;
    }
    int32_t *xy = ARENA_ARRAY(s->l->arena, int32_t, ring->n);
    for (size_t i = 0; i < ring->n; i++)
        if (!coordinate(&ring->as.items[i], i % 2 == 0 ? s->map->width : s->map->height, &xy[i])) {
            wrong(s, cell->id, "a point lies outside the map, or is no whole number");
            return;
        }
    cell->xy = xy;
    cell->n = ring->n / 2;
}

static void read_area(Shapes *s, const Json *json, LawArea *area)
{
    const Json *cells = json_get(json, STR("cells"));
    const Json *label = json_get(json, STR("label"));
    *area = (LawArea){ .id = json_get_str(json, STR("id")), .title = json_get_str(json, STR("title")) };
    if (!area->id.n || !area->title.n || !cells || cells->type != JSON_ARR || cells->n == 0) {
        wrong(s, area->id, "an area has an id, a title and cells");
        return;
    }
    s->n_cells += cells->n;
    if (s->n_cells > CELLS_MAX) {
        wrong(s, area->id, "the map has too many cells");
        return;
    }
    if (!label || label->type != JSON_ARR || label->n != 2 ||
        !coordinate(&label->as.items[0], s->map->width, &area->x) ||
        !coordinate(&label->as.items[1], s->map->height, &area->y))
        wrong(s, area->id, "its label needs a place on the map");
    LawCell *list = ARENA_ARRAY(s->l->arena, LawCell, cells->n);
    for (size_t i = 0; i < cells->n; i++)
        read_cell(s, &cells->as.items[i], &list[i]);
    area->cells = list;
    area->n_cells = cells->n;
}

bool pack_read_shapes(Loader *l, const LawFile *file, struct LawMap *map)
{
    Shapes s = { .l = l, .top = { .path = file->path, .line = 1, .col = 1 }, .map = map, .good = true };
    Err err = { 0 };
    Json root;
    if (json_parse(l->arena, file->bytes, &root, &err) != RC_OK) {
        wrong(&s, STR("map"), err.text);
        return false;
    }
    const Json *areas = json_get(&root, STR("areas"));
    if (!coordinate(json_get(&root, STR("width")), EXTENT_MAX, &map->width) ||
        !coordinate(json_get(&root, STR("height")), EXTENT_MAX, &map->height) || !areas || areas->type != JSON_ARR ||
        areas->n == 0 || areas->n > AREAS_MAX) {
        wrong(&s, STR("map"), "a map has a width, a height and up to 64 areas");
        return false;
    }
    LawArea *list = ARENA_ARRAY(l->arena, LawArea, areas->n);
    for (size_t i = 0; i < areas->n; i++)
        read_area(&s, &areas->as.items[i], &list[i]);
    map->areas = list;
    map->n_areas = areas->n;
    return s.good;
}
