#include "core/law/tables.h"

#include "core/matter/decide.h"

static bool has_rows(const LawTable *table, Str item)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        if (law_table_row_concerns(table, &table->rows[i], item))
            return true;
    }
    return false;
}

static const FeelValue *inputs_of(MatterEnv *env, const LawTableUse *use)
{
    FeelValue *values = ARENA_ARRAY(env->arena, FeelValue, use->table->n_columns + 1);
    for (size_t i = 0; i < use->table->n_columns; i++)
        values[i] = use->inputs[i] < 0 ? feel_null() : env->feel.slot(env, use->inputs[i], env->arena);
    return values;
}

size_t env_tables(MatterEnv *env, uint64_t tables, const TableFound **ret)
{
    const LawProcedure *p = env->procedure;
    TableFound *found = ARENA_ARRAY(env->arena, TableFound, p->n_tables + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->n_tables; i++) {
        const LawTableUse *use = &p->tables[i];
        if (!(tables >> i & 1))
            continue;
        FeelValue of = use->of ? env->feel.slot(env, use->of->slot, env->arena) : feel_null();
        Str item = of.type == FEEL_STRING ? feel_to_str(of) : STR_NONE;
        if ((use->of && !item.n) || !has_rows(use->table, item))
            continue;
        found[n++] = (TableFound){
            .use = use, .item = item, .row = env_eval(env, use->row, NULL), .inputs = inputs_of(env, use)
        };
    }
    *ret = found;
    return n;
}
