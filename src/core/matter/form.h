/* form.h - a submitted form against an act's declaration: types, limits, options, required fields. */
#ifndef YIFA_CORE_MATTER_FORM_H
#define YIFA_CORE_MATTER_FORM_H

#include "core/matter/env.h"

typedef enum FormFaultKind {
    FAULT_REQUIRED,
    FAULT_UNKNOWN, /* the act's form has no such field */
    FAULT_TYPE,
    FAULT_OPTION, /* not one of the options */
    FAULT_RANGE,  /* below min, above max, or too long; `limit` says which bound */
    FAULT_PERSON, /* no such person */
    FAULT_UNIT,   /* no such unit */
    FAULT_ITEM,   /* not in the catalogue */
    FAULT_LAPSED, /* in the catalogue, but not on that day */
    FAULT_HOLE    /* a report's text: the hole in line `limit` is no figure of the report */
} FormFaultKind;

typedef struct FormFault {
    FormFaultKind kind;
    Str field;
    Str title;
    int64_t limit;
} FormFault;

typedef struct FormFaults {
    FormFault *items;
    size_t n;
    size_t cap;
} FormFaults;

/* Machine-readable name: "required", "type" … */
const char *form_fault_name(FormFaultKind kind);

/* Checks types and options of what is there; required fields are checked by form_check_required once the other values
 * stand, since `required_when` may depend on them. */
typedef struct FormCheck {
    Arena *arena;
    const LawPack *pack; /* in force on that day; its catalogues are the ones that count */
    const Directory *dir;
    Day on; /* the day of the act */
    FormFaults *faults;
} FormCheck;
void form_check_values(const FormCheck *check, const LawAct *act, const Json *form);
void form_check_required(MatterEnv *env, const LawAct *act, const Json *form, FormFaults *faults);

/* Of an act that writes a report's text, once the values stand: every hole of it is a figure of the report. */
void form_check_report(const MatterEnv *env, const LawAct *act, FormFaults *faults);

/* What the page offers before anything is typed: presets, else the values that stand; personal values never. A
 * correction's form begins empty. */
void form_presets(MatterEnv *env, const LawAct *act, Json *ret);

/* Text as typed in an HTML form -> the stored Json of a field's type: trims, parses numbers ("6,500.00" yuan to fen),
 * days, instants (local time of the zone), booleans ("on", "true"); an empty text is null. False when it is no such. */
bool form_parse_text(Arena *arena, const LawField *field, Str text, int zone_minutes, Json *ret);

#endif
