/* The drawing of a procedure as parts of an SVG, with the way one matter took. */
#include "ui/web/pages_procedures.h"

enum { MARGIN = 12, PATH_BYTES = 8192 };

typedef struct PictureView {
    Page *page;
    const LawProcedure *procedure;
    const PicturePath *path;
    Picture picture;
} PictureView;

static bool was_at(const PictureView *v, int stage)
{
    for (size_t i = 0; i < v->path->n; i++)
        if (v->path->stages[i] == stage)
            return true;
    return false;
}

static bool took(const PictureView *v, const PictureLine *line)
{
    for (size_t i = 1; i < v->path->n; i++) {
        int a = v->path->stages[i - 1];
        int b = v->path->stages[i];
        if ((a == line->from && b == line->to) || (a == line->to && b == line->from))
            return true;
    }
    return false;
}

/* Straight through a layer, bent between layers. */
static Str line_path(PictureView *v, const PictureLine *line)
{
    Buf out;
    buf_init(&out, PATH_BYTES);
    buf_printf(&out, "M%d %d", line->xy[0] + MARGIN, line->xy[1] + MARGIN);
    for (size_t i = 1; i < line->n; i++) {
        int x0 = line->xy[2 * i - 2] + MARGIN;
        int y0 = line->xy[2 * i - 1] + MARGIN;
        int x1 = line->xy[2 * i] + MARGIN;
        int y1 = line->xy[2 * i + 1] + MARGIN;
        int middle = (y0 + y1) / 2;
        if (x0 == x1)
            buf_printf(&out, "V%d", y1);
        else
            buf_printf(&out, "C%d %d %d %d %d %d", x0, middle, x1, middle, x1, y1);
    }
    Str path = buf_to_arena(&out, v->page->arena);
    buf_free(&out);
    return path;
}

static Str line_tips(PictureView *v, const PictureLine *line)
{
    int x0 = line->xy[0] + MARGIN;
    int y0 = line->xy[1] + MARGIN;
    int x1 = line->xy[2 * line->n - 2] + MARGIN;
    int y1 = line->xy[2 * line->n - 1] + MARGIN;
    Str down = line->down ? arena_printf(v->page->arena, "M%d %dh8l-4 7z", x1 - 4, y1 - 7) : STR("");
    Str up = line->up ? arena_printf(v->page->arena, "M%d %dh8l-4 -7z", x0 - 4, y0 + 7) : STR("");
    return arena_printf(v->page->arena, "%.*s%.*s", STR_ARG(down), STR_ARG(up));
}

static Json show_line(PictureView *v, const PictureLine *line)
{
    Json out = json_obj();
    model_text(v->page, &out, "d", line_path(v, line));
    model_text(v->page, &out, "tips", line_tips(v, line));
    model_text(v->page, &out, "kind",
               took(v, line) ? STR("edge taken")
               : line->down  ? STR("edge")
                             : STR("edge edge-side"));
    return out;
}

static Str state_of(const PictureView *v, int stage)
{
    const PictureStage *at = &v->picture.stages[stage];
    if (v->path->n && v->path->open && v->path->stages[v->path->n - 1] == stage)
        return STR("now");
    if (was_at(v, stage))
        return STR("done");
    return at->usual ? STR("todo") : STR("aside");
}

static Json show_stage_box(PictureView *v, int stage)
{
    Page *page = v->page;
    const PictureStage *at = &v->picture.stages[stage];
    const LawStage *law = &v->procedure->stages[stage];
    Json out = json_obj();
    model_text(page, &out, "id", law->id);
    model_text(page, &out, "title", law->title);
    model_int(page, &out, "x", at->x + MARGIN);
    model_int(page, &out, "y", at->y + MARGIN);
    model_int(page, &out, "cx", at->x + MARGIN + PICTURE_BOX_W / 2);
    model_int(page, &out, "ty", at->y + MARGIN + (at->broad ? 17 : 25));
    model_int(page, &out, "sy", at->y + MARGIN + 33);
    model_text(page, &out, "state", state_of(v, stage));
    model_bool(page, &out, "end", law->end);
    model_text(page, &out, "sub",
               at->broad ? arena_printf(page->arena, page_format(page, N_("from %d stages")), at->broad) : STR_NONE);
    return out;
}

Json picture_model(Page *page, const LawProcedure *procedure, const PicturePath *path)
{
    PictureView v = { .page = page, .procedure = procedure, .path = path };
    Json out = json_obj();
    Json lines = json_arr();
    Json stages = json_arr();
    picture_draw(page->arena, procedure, &v.picture);
    /* What was taken lies on top. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < v.picture.n_lines; i++)
            if (took(&v, &v.picture.lines[i]) == (pass == 1))
                json_push(page->arena, &lines, show_line(&v, &v.picture.lines[i]));
    for (size_t i = 0; i < v.picture.n_stages; i++)
        json_push(page->arena, &stages, show_stage_box(&v, (int)i));
    int width = v.picture.width + 2 * MARGIN;
    int height = v.picture.height + 2 * MARGIN;
    model_text(page, &out, "box", arena_printf(page->arena, "0 0 %d %d", width, height));
    model_int(page, &out, "width", width);
    model_int(page, &out, "height", height);
    model_int(page, &out, "box_w", PICTURE_BOX_W);
    model_int(page, &out, "box_h", PICTURE_BOX_H);
    model_put(page, &out, "lines", lines);
    model_put(page, &out, "stages", stages);
    return out;
}
