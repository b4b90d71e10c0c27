/* warn.c - what can be said of a model's decision tables without running them. */
#include "core/dmn/dmn_internal.h"

/* The only decision table at or below a node; several cannot be told apart by a finding. */
static const XmlNode *only_table(const XmlNode *node, size_t *n)
{
    const XmlNode *found = NULL;
    if (xml_is(node, "decisionTable")) {
        (*n)++;
        return node;
    }
    for (const XmlNode *child = node->first; child && *n < 2; child = child->next) {
        const XmlNode *below = only_table(child, n);
        found = below ? below : found;
    }
    return found;
}

static int line_of(const XmlNode *table, const FeelTableFinding *finding)
{
    const XmlNode *rule = finding->kind == FEEL_FINDING_GAP ? NULL : xml_child(table, "rule");
    for (size_t i = 0; rule && i < finding->row; i++)
        rule = xml_sibling(rule, "rule");
    return rule ? rule->line : table->line;
}

static Str words_of(Arena *arena, const FeelTableFinding *f)
{
    Str where = f->where.n ? f->where : STR("any input");
    switch (f->kind) {
    case FEEL_FINDING_OVERLAP:
        return arena_printf(arena, "rules %.*s and %.*s both match: %.*s", STR_ARG(f->rows[0]), STR_ARG(f->rows[1]),
                            STR_ARG(where));
    case FEEL_FINDING_GAP: return arena_printf(arena, "no rule matches: %.*s", STR_ARG(where));
    case FEEL_FINDING_BARRED:
        return arena_printf(arena, "rule %.*s names what is not allowed: %.*s", STR_ARG(f->rows[0]), STR_ARG(where));
    case FEEL_FINDING_UNCHECKED: break;
    }
    return where;
}

static size_t look_at(const Element *e, Arena *arena, DmnFault *ret, size_t room)
{
    size_t n_tables = 0;
    const FeelTableFinding *found = NULL;
    size_t n = feel_check_tables(e->expr, arena, &found);
    const XmlNode *table = n ? only_table(e->node, &n_tables) : NULL;
    n = n < room ? n : room;
    for (size_t i = 0; i < n; i++)
        ret[i] = (DmnFault){ .path = e->source->path,
                             .line = n_tables == 1 ? line_of(table, &found[i]) : e->node->line,
                             .element = e->what,
                             .text = words_of(arena, &found[i]) };
    return n;
}

size_t dmn_warnings(const DmnModel *model, Arena *arena, const DmnFault **ret_warnings)
{
    DmnFault *warnings = ARENA_ARRAY(arena, DmnFault, DMN_FAULTS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < model->n_elements; i++) {
        const Element *e = model->elements[i];
        if (e->expr && e->source == model->sources)
            n += look_at(e, arena, warnings + n, DMN_FAULTS_MAX - n);
    }
    *ret_warnings = warnings;
    return n;
}
