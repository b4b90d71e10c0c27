/* pack_procedure.h - what the readers of one procedure's parts share; nothing outside this room may include it. */
#ifndef YIFA_CORE_LAW_PACK_PROCEDURE_H
#define YIFA_CORE_LAW_PACK_PROCEDURE_H

#include "core/law/pack_private.h"

typedef struct ProcedureReader {
    Loader *l;
    LawProcedure *p; /* its arrays are also held here, where they may still be changed */
    Str context;     /* "in penalty.ordinary", before messages about rules */
    LawField *fields;
    LawStage *stages;
    LawPlace *stages_at;
    LawAct *acts;
    LawClock *clocks;
    Map names;          /* FEEL name -> Str, what bears it */
    bool names_collide; /* reported; what is found through slots would be wrong then */
    bool graph_broken;  /* stages or acts are reported as wrong; what they do not reach means nothing then */
    Map fields_by;      /* id -> element of the arrays above */
    Map stages_by;
    Map acts_by;
    Map documents_by;
    Map rule_uses; /* rule id -> ProcedureRule */
    bool *used;    /* scratch: one for each slot */
    /* For each `let`, in rows of n_slots: the slots it reads, through other `let`s too. */
    bool *let_reads;
} ProcedureReader;

typedef struct ProcedureRule {
    LawRuleUse use;
    LawReadPlan reads;
} ProcedureRule;

/* pack_fields.c: fields, derived names and the scope made of them. */
void procedure_read_fields(ProcedureReader *r, const YamlNode *list);
void procedure_make_scope(ProcedureReader *r, const YamlNode *lets);
/* Adds to the plan what the expression, which may be absent, reads. */
void procedure_add_reads(ProcedureReader *r, LawExpr expr, LawReadPlan *plan);
/* Compiles and adds to the plan what the expression reads. NULL node: absent; NULL plan: not an act's. */
LawExpr procedure_compile(ProcedureReader *r, const YamlNode *node, LawReadPlan *plan);
/* The same, where the value becomes public: a personal field is an error. */
LawExpr procedure_compile_public(ProcedureReader *r, const YamlNode *node, const char *what, LawReadPlan *plan);
LawExpr procedure_compile_rule(ProcedureReader *r, const YamlNode *node, LawReadPlan *plan);

/* Looks up what a scalar names; reports what is not there with the nearest that is. */
LawField *procedure_field(ProcedureReader *r, const YamlNode *node);
LawAct *procedure_act(ProcedureReader *r, const YamlNode *node);
int procedure_stage(ProcedureReader *r, const YamlNode *node);

/* pack_acts.c */
void procedure_read_acts(ProcedureReader *r, const YamlNode *map);
/* pack_follows.c: `spawn` or `signal` of an act, one mapping or a list of them. */
size_t procedure_read_follows(ProcedureReader *r, const YamlNode *node, bool is_spawn, LawAct *act,
                              const LawFollow **ret);
/* pack_clocks.c */
void procedure_read_clocks(ProcedureReader *r, const YamlNode *map);
/* pack_table_use.c: which tables the procedure looks at. */
void procedure_read_tables(ProcedureReader *r, const YamlNode *list);
/* pack_check.c: the graph as a whole. */
void procedure_check(ProcedureReader *r, LawPlace at);

#endif
