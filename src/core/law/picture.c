#include "core/law/picture.h"

#include <stdlib.h>

enum { STAGES_MAX = 64, LINES_MAX = 1000, LAYERS_MAX = 64, SWEEPS = 4 };

/* A stage, or the place at which a line passes by a layer. */
typedef struct Node {
    int stage; /* -1: of a line */
    int layer;
    int above[STAGES_MAX]; /* nodes of the layer above that it is joined to; for the order only */
    int n_above;
    int below[STAGES_MAX];
    int n_below;
    int x; /* left */
    int rank;
    int sum; /* of the neighbours' ranks, times 1000 through their number */
} Node;

typedef struct Line {
    int from;
    int to;
    bool down;
    bool up;
    int *nodes; /* from, passing places, to */
    int n_nodes;
} Line;

typedef struct Drawing {
    Arena *arena;
    const LawProcedure *procedure;
    int n;
    PictureStage *stages;
    Line *lines;
    int n_lines;
    Node *nodes;
    int n_nodes;
    int n_layers;
    int *rows[LAYERS_MAX]; /* nodes of a layer, from left to right */
    int n_row[LAYERS_MAX];
    int width;
} Drawing;

/* ---- lines ---- */

static Line *line_between(Drawing *d, int a, int b)
{
    int from = a < b ? a : b;
    int to = a < b ? b : a;
    for (int i = 0; i < d->n_lines; i++)
        if (d->lines[i].from == from && d->lines[i].to == to)
            return &d->lines[i];
    if (d->n_lines == LINES_MAX)
        return NULL;
    d->lines[d->n_lines] = (Line){ .from = from, .to = to };
    return &d->lines[d->n_lines++];
}

static void add_act(Drawing *d, const LawAct *act)
{
    int from_n = __builtin_popcountll(act->from);
    if (act->kind != LAW_ACT_PLAIN || act->to < 0 || act->to >= d->n)
        return;
    if (from_n >= PICTURE_BROAD) {
        if (from_n > d->stages[act->to].broad)
            d->stages[act->to].broad = from_n;
        return;
    }
    for (int s = 0; s < d->n; s++) {
        if (!(act->from >> s & 1) || s == act->to)
            continue;
        Line *line = line_between(d, s, act->to);
        if (line && s < act->to)
            line->down = true;
        else if (line)
            line->up = true;
    }
}

static bool has_line(const Drawing *d, int stage)
{
    for (int i = 0; i < d->n_lines; i++)
        if (d->lines[i].from == stage || d->lines[i].to == stage)
            return true;
    return false;
}

/* ---- layers ---- */

/* Lines run from a stage listed earlier to one listed later, so one pass in the order of the list is enough. */
static void make_layers(Drawing *d)
{
    int deepest = 0;
    for (int s = 0; s < d->n; s++) {
        for (int i = 0; i < d->n_lines; i++)
            if (d->lines[i].to == s && d->stages[d->lines[i].from].layer + 1 > d->stages[s].layer)
                d->stages[s].layer = d->stages[d->lines[i].from].layer + 1;
        deepest = d->stages[s].layer > deepest ? d->stages[s].layer : deepest;
    }
    bool loose = false;
    for (int s = 0; s < d->n; s++) {
        if (d->stages[s].broad == 0 || has_line(d, s))
            continue;
        d->stages[s].layer = deepest + 1;
        loose = true;
    }
    d->n_layers = deepest + 1 + (loose ? 1 : 0);
}

/* Whether lines lead down from each stage to `end`. */
static void find_leading(const Drawing *d, int end, bool leads[STAGES_MAX])
{
    for (int s = 0; s < d->n; s++)
        leads[s] = s == end;
    for (int s = end - 1; s >= 0; s--)
        for (int i = 0; i < d->n_lines; i++)
            if (d->lines[i].from == s && d->lines[i].down && leads[d->lines[i].to])
                leads[s] = true;
}

/* The earliest stage at which a matter is opened; -1 when none is. */
static int first_stage(const Drawing *d)
{
    int first = -1;
    for (size_t i = 0; i < d->procedure->n_acts; i++) {
        const LawAct *act = &d->procedure->acts[i];
        if (act->kind == LAW_ACT_OPEN && act->to >= 0 && act->to < d->n && (first < 0 || act->to < first))
            first = act->to;
    }
    return first;
}

/* From where matters are opened to the first end that lines lead to: at each stage to the next that still leads there.
 */
static void find_usual(Drawing *d)
{
    bool leads[STAGES_MAX] = { false };
    int at = first_stage(d);
    for (int end = 0; end < d->n && at >= 0 && !leads[at]; end++)
        if (d->procedure->stages[end].end)
            find_leading(d, end, leads);
    while (at >= 0 && leads[at]) {
        int next = -1;
        d->stages[at].usual = true;
        for (int i = 0; i < d->n_lines; i++) {
            const Line *line = &d->lines[i];
            if (line->from == at && line->down && leads[line->to] && (next < 0 || line->to < next))
                next = line->to;
        }
        at = next;
    }
}

/* ---- nodes: stages, and lines where they pass ---- */

static int add_node(Drawing *d, int stage, int layer)
{
    d->nodes[d->n_nodes] = (Node){ .stage = stage, .layer = layer };
    return d->n_nodes++;
}

static void join(Drawing *d, int upper, int lower)
{
    Node *a = &d->nodes[upper];
    Node *b = &d->nodes[lower];
    if (a->n_below < STAGES_MAX)
        a->below[a->n_below++] = lower;
    if (b->n_above < STAGES_MAX)
        b->above[b->n_above++] = upper;
}

static void make_nodes(Drawing *d)
{
    int passing = 0;
    for (int i = 0; i < d->n_lines; i++)
        passing += d->stages[d->lines[i].to].layer - d->stages[d->lines[i].from].layer;
    d->nodes = arena_zalloc(d->arena, (size_t)(d->n + passing + 1) * sizeof *d->nodes);
    for (int s = 0; s < d->n; s++)
        add_node(d, s, d->stages[s].layer);
    for (int i = 0; i < d->n_lines; i++) {
        Line *line = &d->lines[i];
        int top = d->stages[line->from].layer;
        int bottom = d->stages[line->to].layer;
        line->nodes = ARENA_ARRAY(d->arena, int, (size_t)(bottom - top + 1));
        line->nodes[line->n_nodes++] = line->from;
        for (int layer = top + 1; layer < bottom; layer++)
            line->nodes[line->n_nodes++] = add_node(d, -1, layer);
        line->nodes[line->n_nodes++] = line->to;
        for (int k = 1; k < line->n_nodes; k++)
            join(d, line->nodes[k - 1], line->nodes[k]);
    }
}

/* ---- the order within a layer ---- */

static bool is_usual(const Drawing *d, int node)
{
    return d->nodes[node].stage >= 0 && d->stages[d->nodes[node].stage].usual;
}

static void make_rows(Drawing *d)
{
    for (int layer = 0; layer < d->n_layers; layer++) {
        d->rows[layer] = ARENA_ARRAY(d->arena, int, (size_t)d->n_nodes + 1);
        for (int pass = 0; pass < 2; pass++) /* the usual way first */
            for (int i = 0; i < d->n_nodes; i++)
                if (d->nodes[i].layer == layer && is_usual(d, i) == (pass == 0))
                    d->rows[layer][d->n_row[layer]++] = i;
        for (int i = 0; i < d->n_row[layer]; i++)
            d->nodes[d->rows[layer][i]].rank = i;
    }
}

static void weigh(Drawing *d, int node, bool by_above)
{
    Node *at = &d->nodes[node];
    const int *near = by_above ? at->above : at->below;
    int n = by_above ? at->n_above : at->n_below;
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += d->nodes[near[i]].rank;
    at->sum = n ? sum * 1000 / n : at->rank * 1000;
}

/* Each node moves to the middle of its neighbours, so that few lines cross. Insertion keeps equals as they were. */
static void order_row(Drawing *d, int layer, bool by_above)
{
    int *row = d->rows[layer];
    int n = d->n_row[layer];
    int first = n > 0 && is_usual(d, row[0]) ? 1 : 0;
    for (int i = 0; i < n; i++)
        weigh(d, row[i], by_above);
    for (int i = first + 1; i < n; i++) {
        int node = row[i];
        int k = i;
        for (; k > first && d->nodes[row[k - 1]].sum > d->nodes[node].sum; k--)
            row[k] = row[k - 1];
        row[k] = node;
    }
    for (int i = 0; i < n; i++)
        d->nodes[row[i]].rank = i;
}

static void order_rows(Drawing *d)
{
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        for (int layer = 1; layer < d->n_layers; layer++)
            order_row(d, layer, true);
        for (int layer = d->n_layers - 2; layer >= 0; layer--)
            order_row(d, layer, false);
    }
}

/* ---- places ---- */

static int width_of(const Node *node)
{
    return node->stage >= 0 ? PICTURE_BOX_W : PICTURE_LANE;
}

/* A node stands below the middle of what is above it, if its left neighbour leaves it the room. */
static int wanted_x(const Drawing *d, const Node *node)
{
    int sum = 0;
    if (node->n_above == 0)
        return 0;
    for (int i = 0; i < node->n_above; i++) {
        const Node *above = &d->nodes[node->above[i]];
        sum += above->x + width_of(above) / 2;
    }
    return sum / node->n_above - width_of(node) / 2;
}

static void place_nodes(Drawing *d)
{
    for (int layer = 0; layer < d->n_layers; layer++) {
        int x = 0;
        for (int i = 0; i < d->n_row[layer]; i++) {
            Node *node = &d->nodes[d->rows[layer][i]];
            bool first = is_usual(d, d->rows[layer][i]);
            /* The left column is the usual way's; a layer without it leaves the column to lines that pass. */
            int least = x == 0 && !first && node->stage >= 0 ? PICTURE_BOX_W + PICTURE_GAP_X : x;
            int wanted = first ? 0 : wanted_x(d, node);
            node->x = wanted > least ? wanted : least;
            x = node->x + width_of(node) + PICTURE_GAP_X;
            d->width = x - PICTURE_GAP_X > d->width ? x - PICTURE_GAP_X : d->width;
        }
    }
    for (int s = 0; s < d->n; s++) {
        d->stages[s].x = d->nodes[s].x;
        d->stages[s].y = d->stages[s].layer * (PICTURE_BOX_H + PICTURE_GAP_Y);
    }
}

/* Where the line meets a box: the usual way runs straight through the middle; other lines of one side are spread to the
 * right of it, else over the whole, in the order of their other ends. */
static int port(const Drawing *d, int node, int other, bool below)
{
    const Node *at = &d->nodes[node];
    const int *near = below ? at->below : at->above;
    int n = below ? at->n_below : at->n_above;
    int before = 0;
    int rest = 0;
    if (at->stage < 0)
        return at->x + PICTURE_LANE / 2;
    bool usual = is_usual(d, node);
    if (usual && is_usual(d, other))
        return at->x + PICTURE_BOX_W / 2;
    for (int i = 0; i < n; i++) {
        if (usual && is_usual(d, near[i]))
            continue;
        before += d->nodes[near[i]].rank < d->nodes[other].rank;
        rest++;
    }
    int width = usual ? PICTURE_BOX_W / 2 : PICTURE_BOX_W;
    return at->x + PICTURE_BOX_W - width + width * (before + 1) / (rest + 1);
}

static const int *line_points(Drawing *d, const Line *line, size_t *ret_n)
{
    int *xy = ARENA_ARRAY(d->arena, int, 4 * (size_t)line->n_nodes + 4);
    size_t n = 0;
    for (int k = 0; k < line->n_nodes; k++) {
        int node = line->nodes[k];
        int y = d->nodes[node].layer * (PICTURE_BOX_H + PICTURE_GAP_Y);
        if (k > 0) {
            xy[n++] = port(d, node, line->nodes[k - 1], false);
            xy[n++] = y;
        }
        if (k + 1 < line->n_nodes) {
            xy[n++] = port(d, node, line->nodes[k + 1], true);
            xy[n++] = y + PICTURE_BOX_H;
        }
    }
    *ret_n = n / 2;
    return xy;
}

void picture_draw(Arena *arena, const LawProcedure *procedure, Picture *ret)
{
    Drawing *d = ARENA_NEW(arena, Drawing);
    *d = (Drawing){ .arena = arena, .procedure = procedure };
    d->n = procedure->n_stages < STAGES_MAX ? (int)procedure->n_stages : STAGES_MAX;
    d->stages = arena_zalloc(arena, ((size_t)d->n + 1) * sizeof *d->stages);
    d->lines = ARENA_ARRAY(arena, Line, LINES_MAX);
    for (size_t i = 0; i < procedure->n_acts; i++)
        add_act(d, &procedure->acts[i]);
    make_layers(d);
    find_usual(d);
    make_nodes(d);
    make_rows(d);
    order_rows(d);
    place_nodes(d);
    PictureLine *lines = ARENA_ARRAY(arena, PictureLine, (size_t)d->n_lines + 1);
    for (int i = 0; i < d->n_lines; i++) {
        const Line *line = &d->lines[i];
        lines[i] = (PictureLine){ .from = line->from, .to = line->to, .down = line->down, .up = line->up };
        lines[i].xy = line_points(d, line, &lines[i].n);
    }
    *ret = (Picture){ .stages = d->stages,
                      .n_stages = (size_t)d->n,
                      .lines = lines,
                      .n_lines = (size_t)d->n_lines,
                      .n_layers = d->n ? (size_t)d->n_layers : 0,
                      .width = d->width,
                      .height = d->n ? d->n_layers * (PICTURE_BOX_H + PICTURE_GAP_Y) - PICTURE_GAP_Y : 0 };
}
