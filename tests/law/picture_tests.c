#include "core/law/picture.h"

#include "law/law_tests.h"
#include "law/pack_tree.h"

enum { STAGES = 30 };

typedef struct Toy {
    LawStage stages[STAGES];
    LawAct acts[STAGES * 3];
    LawProcedure procedure;
} Toy;

static Toy *toy(Arena *arena, size_t n_stages)
{
    Toy *t = arena_zalloc(arena, sizeof *t);
    for (size_t i = 0; i < n_stages; i++)
        t->stages[i] = (LawStage){ .id = arena_printf(arena, "s%zu", i), .end = i + 1 == n_stages };
    t->procedure.stages = t->stages;
    t->procedure.n_stages = n_stages;
    t->procedure.acts = t->acts;
    t->acts[t->procedure.n_acts++] = (LawAct){ .kind = LAW_ACT_OPEN, .to = 0 };
    return t;
}

static void act(Toy *t, uint64_t from, int to)
{
    t->acts[t->procedure.n_acts++] = (LawAct){ .kind = LAW_ACT_PLAIN, .from = from, .to = to };
}

static uint64_t bit(int stage)
{
    return UINT64_C(1) << stage;
}

/* Without points when there is none. */
static PictureLine line_of(const Picture *p, int from, int to)
{
    for (size_t i = 0; i < p->n_lines; i++)
        if (p->lines[i].from == from && p->lines[i].to == to)
            return p->lines[i];
    return (PictureLine){ 0 };
}

/* No box lies on another, and all lines end at their boxes and stay on the sheet. */
static void check_sound(const Picture *p)
{
    for (size_t a = 0; a < p->n_stages; a++) {
        const PictureStage *x = &p->stages[a];
        assert_true(x->x >= 0 && x->x + PICTURE_BOX_W <= p->width);
        assert_true(x->y >= 0 && x->y + PICTURE_BOX_H <= p->height);
        for (size_t b = a + 1; b < p->n_stages; b++) {
            const PictureStage *y = &p->stages[b];
            assert_true(x->y != y->y || x->x + PICTURE_BOX_W < y->x || y->x + PICTURE_BOX_W < x->x);
        }
    }
    for (size_t i = 0; i < p->n_lines; i++) {
        const PictureLine *line = &p->lines[i];
        const PictureStage *upper = &p->stages[line->from];
        const PictureStage *lower = &p->stages[line->to];
        assert_true(line->n >= 2 && (line->down || line->up) && upper->layer < lower->layer);
        assert_true(line->xy[0] > upper->x && line->xy[0] < upper->x + PICTURE_BOX_W);
        assert_int_equal(line->xy[1], upper->y + PICTURE_BOX_H);
        assert_true(line->xy[2 * line->n - 2] > lower->x && line->xy[2 * line->n - 2] < lower->x + PICTURE_BOX_W);
        assert_int_equal(line->xy[2 * line->n - 1], lower->y);
        for (size_t k = 0; k < line->n; k++)
            assert_true(line->xy[2 * k] >= 0 && line->xy[2 * k] <= p->width);
    }
}

static void a_straight_way_runs_straight_down(void **state)
{
    Toy *t = toy(*state, 3);
    Picture p;
    act(t, bit(0), 1);
    act(t, bit(1), 2);
    picture_draw(*state, &t->procedure, &p);
    check_sound(&p);
    assert_int_equal(p.n_layers, 3);
    assert_int_equal(p.width, PICTURE_BOX_W);
    for (int i = 0; i < 3; i++) {
        assert_true(p.stages[i].usual);
        assert_int_equal(p.stages[i].layer, i);
        assert_int_equal(p.stages[i].x, 0);
    }
    const PictureLine line = line_of(&p, 0, 1);
    assert_int_equal(line.n, 2);
    assert_true(line.xy && line.xy[0] == line.xy[2]);
    assert_true(line.down && !line.up);
}

static void a_side_stage_stands_beside_and_what_leads_back_is_the_same_line(void **state)
{
    Toy *t = toy(*state, 4);
    Picture p;
    act(t, bit(0), 2); /* the usual way passes by stage 1 */
    act(t, bit(2), 3);
    act(t, bit(0), 1);
    act(t, bit(1), 0);
    act(t, bit(2), 0); /* back from further down */
    picture_draw(*state, &t->procedure, &p);
    check_sound(&p);
    assert_true(!p.stages[1].usual && p.stages[1].x > 0);
    assert_true(line_of(&p, 0, 1).down && line_of(&p, 0, 1).up);
    assert_true(line_of(&p, 0, 2).down && line_of(&p, 0, 2).up);
    assert_int_equal(p.n_lines, 3);
}

static void a_long_line_passes_beside_the_boxes_between(void **state)
{
    Toy *t = toy(*state, 4);
    Picture p;
    act(t, bit(0), 1);
    act(t, bit(1), 2);
    act(t, bit(2), 3);
    act(t, bit(0), 3);
    picture_draw(*state, &t->procedure, &p);
    check_sound(&p);
    const PictureLine line = line_of(&p, 0, 3);
    assert_int_equal(line.n, 6);
    for (size_t k = 1; k < 5; k++)
        assert_true(line.xy[2 * k] > PICTURE_BOX_W);
}

static void an_act_from_many_stages_draws_no_bundle(void **state)
{
    Toy *t = toy(*state, 6);
    Picture p;
    t->stages[4].end = true; /* the usual end; 5 is where one withdraws to */
    for (int i = 0; i < 4; i++)
        act(t, bit(i), i + 1);
    act(t, bit(0) | bit(1) | bit(2) | bit(3), 5);
    picture_draw(*state, &t->procedure, &p);
    check_sound(&p);
    assert_int_equal(p.n_lines, 4);
    assert_int_equal(p.stages[5].broad, 4);
    assert_int_equal(p.stages[5].layer, 5);
    assert_int_equal(p.stages[4].broad, 0);
}

static void thirty_stages_with_loops_and_shortcuts_fit(void **state)
{
    Toy *t = toy(*state, STAGES);
    Picture p;
    Picture again;
    uint64_t seed = 7;
    for (int i = 0; i + 1 < STAGES; i++) {
        act(t, bit(i), i + 1);
        act(t, bit(i), (int)(next_random(&seed) % STAGES));
    }
    picture_draw(*state, &t->procedure, &p);
    picture_draw(*state, &t->procedure, &again);
    check_sound(&p);
    assert_int_equal(p.n_layers, STAGES);
    assert_int_equal(p.width, again.width);
    for (int i = 0; i < STAGES; i++)
        assert_int_equal(p.stages[i].x, again.stages[i].x);
}

static void a_procedure_without_stages_is_an_empty_picture(void **state)
{
    LawProcedure none = { 0 };
    Picture p;
    picture_draw(*state, &none, &p);
    assert_int_equal(p.n_stages, 0);
    assert_int_equal(p.height, 0);
}

static void every_procedure_of_the_office_is_drawn_soundly(void **state)
{
    Arena *arena = *state;
    LawFile *files = NULL;
    size_t n_files = 0;
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    Err err = { 0 };
    assert_true(pack_tree_read(arena, LAW_PACKS "/guanhu", &files, &n_files));
    assert_int_equal(law_pack_load(arena, files, n_files, &pack, &issues, &n_issues, &err), RC_OK);
    for (size_t i = 0; i < pack->n_procedures; i++) {
        Picture p;
        picture_draw(arena, pack->procedures[i], &p);
        check_sound(&p);
        size_t usual = 0;
        for (size_t k = 0; k < p.n_stages; k++)
            usual += p.stages[k].usual;
        assert_true(usual >= 2);
    }
}

int picture_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(a_straight_way_runs_straight_down),
        ARENA_TEST(a_side_stage_stands_beside_and_what_leads_back_is_the_same_line),
        ARENA_TEST(a_long_line_passes_beside_the_boxes_between),
        ARENA_TEST(an_act_from_many_stages_draws_no_bundle),
        ARENA_TEST(thirty_stages_with_loops_and_shortcuts_fit),
        ARENA_TEST(a_procedure_without_stages_is_an_empty_picture),
        ARENA_TEST(every_procedure_of_the_office_is_drawn_soundly),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
