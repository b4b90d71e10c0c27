/* The procedures of the pack, and the guide to one: who does what at which stage, with which papers, in what time and
 * by which article. All of it is what the engine works by. */
#include "ui/web/pages_procedures.h"
#include "core/law/pages.h"

enum { SECTIONS_MAX = 200, BASES_MAX = 400 };

/* ---- headings ---- */

static void add_section(Str *list, size_t *n, Str section)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(list[i], section))
            return;
    if (*n < SECTIONS_MAX)
        list[(*n)++] = section;
}

size_t page_sections(Page *page, const Str **ret)
{
    const LawPack *pack = page->pack;
    Str *list = ARENA_ARRAY(page->arena, Str, SECTIONS_MAX + 1);
    size_t n = 0;
    bool rest = false;
    for (size_t i = 0; pack->pages && i < pack->pages->n_sections; i++)
        add_section(list, &n, pack->pages->sections[i]);
    for (size_t i = 0; i < pack->n_procedures; i++) {
        if (pack->procedures[i]->section.n)
            add_section(list, &n, pack->procedures[i]->section);
        rest = rest || !pack->procedures[i]->section.n;
    }
    if (rest)
        list[n++] = STR("");
    *ret = list;
    return n;
}

Str page_section_title(Page *page, Str section)
{
    return section.n ? section : page_text(page, N_("Other business"));
}

/* ---- the list ---- */

static Str basis_text(Page *page, const LawProcedure *procedure)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < procedure->n_basis; i++)
        text = show_join(page, text, show_cite(page, &procedure->basis[i], STR_NONE));
    return text;
}

static Str guide_url(Page *page, const LawProcedure *procedure)
{
    return arena_printf(page->arena, "/procedures/%.*s", STR_ARG(procedure->id));
}

static Json show_entry(Page *page, const LawProcedure *procedure)
{
    Json out = json_obj();
    model_text(page, &out, "title", procedure->title);
    model_text(page, &out, "url", guide_url(page, procedure));
    model_int(page, &out, "stages", (int64_t)procedure->n_stages);
    model_int(page, &out, "acts", (int64_t)procedure->n_acts);
    model_int(page, &out, "clocks", (int64_t)procedure->n_clocks);
    model_text(page, &out, "basis", basis_text(page, procedure));
    return out;
}

Rc page_procedures(Page *page, Json *ret_model, Err *err)
{
    const Str *sections;
    size_t n = page_sections(page, &sections);
    Json model = json_obj();
    Json groups = json_arr();
    (void)err;
    for (size_t s = 0; s < n; s++) {
        Json group = json_obj();
        Json rows = json_arr();
        for (size_t i = 0; i < page->pack->n_procedures; i++)
            if (str_eq(page->pack->procedures[i]->section, sections[s]))
                json_push(page->arena, &rows, show_entry(page, page->pack->procedures[i]));
        if (!rows.n)
            continue;
        model_text(page, &group, "title", page_section_title(page, sections[s]));
        model_put(page, &group, "rows", rows);
        json_push(page->arena, &groups, group);
    }
    page_name(page, &model, page_text(page, N_("Guides to procedures")), "procedures");
    model_text(page, &model, "lede",
               arena_printf(page->arena, page_format(page, N_("%zu procedures, as the pack has them today.")),
                            page->pack->n_procedures));
    model_put(page, &model, "groups", groups);
    *ret_model = model;
    return RC_OK;
}

/* ---- acts ---- */

static Str who_may(Page *page, const LawAct *act)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < act->n_by; i++)
        text = show_join(page, text, show_role(page, act->by[i]));
    if (act->by_public)
        text = show_join(page, text, page_text(page, N_("residents")));
    if (act->by_system)
        text = show_join(page, text, page_text(page, N_("the system")));
    return text;
}

/* From which stages; what holds for all open ones is said so. */
static Str from_text(Page *page, const LawProcedure *procedure, const LawAct *act)
{
    uint64_t open = 0;
    Str text = STR_NONE;
    if (act->kind == LAW_ACT_OPEN)
        return page_text(page, N_("opens a matter"));
    for (size_t s = 0; s < procedure->n_stages; s++)
        open |= procedure->stages[s].end ? 0 : UINT64_C(1) << s;
    if ((act->from & open) == open && __builtin_popcountll(open) > 2)
        return page_text(page, N_("at every stage"));
    for (size_t s = 0; s < procedure->n_stages; s++)
        if (act->from >> s & 1)
            text = show_join(page, text, procedure->stages[s].title);
    return text;
}

static Json show_fields(Page *page, const LawAct *act)
{
    Json list = json_arr();
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *f = &act->form[i];
        Json out = json_obj();
        model_text(page, &out, "title", f->field->title);
        model_text(page, &out, "need",
                   f->required             ? page_text(page, N_("required"))
                   : f->required_when.expr ? page_text(page, N_("sometimes required"))
                                           : STR_NONE);
        model_text(page, &out, "note", f->note);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_rules(Page *page, const LawAct *act)
{
    static const char *const effects[] = {
        [LAW_RECORD] = N_("is noted"), [LAW_WARN] = N_("opens a finding"), [LAW_BLOCK] = N_("stops the act")
    };
    Json list = json_arr();
    for (size_t i = 0; i < act->n_rules; i++) {
        const LawRule *rule = act->rules[i].rule;
        LawEffect effect = law_rule_effect(page->pack, rule);
        Json out = json_obj();
        Json laws = show_laws(page, &rule->basis);
        model_text(page, &out, "title", rule->title);
        model_text(page, &out, "cite", show_cite(page, &rule->basis, rule->note));
        model_text(page, &out, "url", laws.n ? json_get_str(json_at(&laws, 0), STR("url")) : STR_NONE);
        model_text(page, &out, "effect", page_text(page, effects[effect]));
        model_text(page, &out, "tone", effect == LAW_BLOCK ? STR("bad") : effect == LAW_WARN ? STR("warn") : STR_NONE);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Str clocks_text(Page *page, const LawProcedure *procedure, uint64_t bits)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < procedure->n_clocks; i++)
        if (bits >> i & 1)
            text = show_join(page, text, procedure->clocks[i].title);
    return text;
}

static Str documents_text(Page *page, const LawAct *act)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < act->n_documents; i++)
        text = show_join(page, text, act->documents[i]->title);
    return text;
}

static Json show_act(Page *page, const LawProcedure *procedure, const LawAct *act)
{
    Json out = json_obj();
    model_text(page, &out, "id", act->id);
    model_text(page, &out, "title", act->title);
    model_text(page, &out, "by", who_may(page, act));
    model_text(page, &out, "from", from_text(page, procedure, act));
    model_text(page, &out, "to", act->to >= 0 ? procedure->stages[act->to].title : STR_NONE);
    model_text(page, &out, "starts", clocks_text(page, procedure, act->starts));
    model_text(page, &out, "stops", clocks_text(page, procedure, act->stops));
    model_text(page, &out, "documents", documents_text(page, act));
    model_put(page, &out, "fields", show_fields(page, act));
    model_put(page, &out, "rules", show_rules(page, act));
    return out;
}

/* ---- clocks ---- */

static Str length_text(Page *page, const LawClock *clock)
{
    static const char *const units[] = {
        [LAW_MINUTES] = N_("minutes"),
        [LAW_HOURS] = N_("hours"),
        [LAW_WORKING_HOURS] = N_("working hours"),
        [LAW_DAYS] = N_("days"),
        [LAW_WORKING_DAYS] = N_("working days"),
        [LAW_MONTHS] = N_("months"),
        [LAW_YEARS] = N_("years"),
    };
    if (clock->length_of.expr)
        return page_text(page, N_("by the matter"));
    /* Translators: a term: number, unit. */
    return arena_printf(page->arena, page_format(page, N_("%d %s")), clock->length,
                        page_format(page, units[clock->unit]));
}

static Json show_clocks(Page *page, const LawProcedure *procedure)
{
    Json list = json_arr();
    for (size_t i = 0; i < procedure->n_clocks; i++) {
        const LawClock *clock = &procedure->clocks[i];
        Json out = json_obj();
        Json laws = show_laws(page, &clock->basis);
        model_text(page, &out, "title", clock->title);
        model_text(page, &out, "length", length_text(page, clock));
        model_text(page, &out, "cite", show_cite(page, &clock->basis, clock->note));
        model_text(page, &out, "url", laws.n ? json_get_str(json_at(&laws, 0), STR("url")) : STR_NONE);
        json_push(page->arena, &list, out);
    }
    return list;
}

/* ---- articles ---- */

static bool same_basis(const LawBasis *a, const LawBasis *b)
{
    return a->law == b->law && str_eq(a->article, b->article);
}

static void add_basis(const LawBasis **list, size_t *n, const LawBasis *basis)
{
    for (size_t i = 0; i < *n; i++)
        if (same_basis(list[i], basis))
            return;
    if (basis->law && *n < BASES_MAX)
        list[(*n)++] = basis;
}

static Json show_articles(Page *page, const LawProcedure *procedure)
{
    const LawBasis **list = ARENA_ARRAY(page->arena, const LawBasis *, BASES_MAX);
    size_t n = 0;
    Json out = json_arr();
    for (size_t i = 0; i < procedure->n_basis; i++)
        add_basis(list, &n, &procedure->basis[i]);
    for (size_t i = 0; i < procedure->n_clocks; i++)
        add_basis(list, &n, &procedure->clocks[i].basis);
    for (size_t i = 0; i < procedure->n_acts; i++)
        for (size_t k = 0; k < procedure->acts[i].n_rules; k++)
            add_basis(list, &n, &procedure->acts[i].rules[k].rule->basis);
    for (size_t i = 0; i < n; i++) {
        Json laws = show_laws(page, list[i]);
        json_push(page->arena, &out, *json_at(&laws, 0));
    }
    return out;
}

/* ---- the guide ---- */

static Json show_stages(Page *page, const LawProcedure *procedure)
{
    Json list = json_arr();
    for (size_t s = 0; s < procedure->n_stages; s++) {
        Json out = json_obj();
        Str acts = STR_NONE;
        for (size_t i = 0; i < procedure->n_acts; i++) {
            const LawAct *act = &procedure->acts[i];
            if (act->kind == LAW_ACT_PLAIN && (act->from >> s & 1) && act->to >= 0 && act->to != (int)s &&
                __builtin_popcountll(act->from) < PICTURE_BROAD)
                acts = show_join(page, acts,
                                 arena_printf(page->arena, page_format(page, N_("%.*s (to %.*s)")), STR_ARG(act->title),
                                              STR_ARG(procedure->stages[act->to].title)));
        }
        model_text(page, &out, "title", procedure->stages[s].title);
        model_bool(page, &out, "end", procedure->stages[s].end);
        model_text(page, &out, "acts", acts);
        json_push(page->arena, &list, out);
    }
    return list;
}

static bool is_work(const LawAct *act)
{
    return act->kind == LAW_ACT_PLAIN || act->kind == LAW_ACT_OPEN;
}

Rc page_procedure(Page *page, Json *ret_model, Err *err)
{
    const LawProcedure *procedure = law_procedure(page->pack, page_param(page, "id"));
    PicturePath nowhere = { 0 };
    Json model = json_obj();
    Json acts = json_arr();
    Json others = json_arr();
    if (!procedure)
        return err_set(err, RC_NOT_FOUND, "the pack has no such procedure");
    for (size_t i = 0; i < procedure->n_acts; i++)
        json_push(page->arena, is_work(&procedure->acts[i]) ? &acts : &others,
                  show_act(page, procedure, &procedure->acts[i]));
    page_name(page, &model, procedure->title, "procedures");
    page_crumb(page, &model, page_text(page, N_("Guides to procedures")), STR("/procedures"));
    page_crumb(page, &model, procedure->title, STR_NONE);
    model_text(page, &model, "lede", basis_text(page, procedure));
    model_text(page, &model, "list_url", arena_printf(page->arena, "/list/%.*s", STR_ARG(procedure->id)));
    model_put(page, &model, "picture", picture_model(page, procedure, &nowhere));
    model_put(page, &model, "stages", show_stages(page, procedure));
    model_put(page, &model, "clocks", show_clocks(page, procedure));
    model_put(page, &model, "acts", acts);
    model_put(page, &model, "others", others);
    model_put(page, &model, "articles", show_articles(page, procedure));
    *ret_model = model;
    return RC_OK;
}
