/* program.h - what a template is compiled to: a flat list of steps with jumps. Private to this room.
 *
 * Expressions see slots (core/feel): one slot for each name that occurs, of the model or bound by a block. A binding
 * block puts its value into the slot and restores what stood there, so looking a name up is an array access. */
#ifndef YIFA_CORE_TEMPLATE_PROGRAM_H
#define YIFA_CORE_TEMPLATE_PROGRAM_H

#include "base/map.h"
#include "core/template/source.h"
#include "core/template/write.h"

enum { PROGRAM_STEPS_MAX = 65536, PROGRAM_BLOCK_DEPTH_MAX = 32 };

typedef enum StepKind {
    STEP_TEXT,    /* text */
    STEP_VALUE,   /* expr */
    STEP_ATTR,    /* text: " name"; expr */
    STEP_UNLESS,  /* to `jump` when expr is false */
    STEP_NOT_ONE, /* to `jump` when expr is not the number 1 */
    STEP_JUMP,
    STEP_EACH, /* binds slot and index_slot to the first item of expr; to `jump` when there is none */
    STEP_NEXT, /* the next item: back behind step `back`; after the last restores and goes to `jump` */
    STEP_BIND, /* slot = expr */
    STEP_UNBIND
} StepKind;

typedef struct Step {
    uint8_t kind;
    uint8_t writer;
    uint32_t jump;
    uint32_t back;
    int32_t slot;
    int32_t index_slot;
    uint32_t at; /* in source, for messages */
    const Source *source;
    Str text;
    const FeelExpr *expr;
} Step;

struct Template {
    Str name;
    TemplateKind kind;
    Step *steps;
    size_t n_steps;
    size_t cap_steps;
    Str *slots; /* their names */
    size_t n_slots;
    size_t cap_slots;
    FeelScope *scope;
    size_t depth; /* of bindings at once */
};

struct TemplateSet {
    Arena *arena;
    TemplateSetOptions options;
    Map sources; /* name -> Source */
    Source **order;
    size_t n;
    size_t cap;
};

/* compile.c */
MUST_CHECK Rc compile_template(TemplateSet *set, Source *source, Err *err);

#endif
