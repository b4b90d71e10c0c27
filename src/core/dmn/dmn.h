/* dmn.h - decision models: DMN 1.5 (and 1.1 to 1.4) from XML, at conformance level 3.
 *
 * dmn_read() once, dmn_evaluate() often and from any thread: a model is immutable and lives in the arena given to it.
 * Reading touches no network and no file, expands no entities and refuses a DOCTYPE. A fault in the logic of one
 * decision does not spoil its neighbours: the model keeps it (dmn_faults), and the decision's value is null with the
 * fault as its reason. What makes a whole file unreadable (no XML, no definitions, a missing import) is RC_PARSE.
 *
 * Limits: files 16 MiB together, 64 files, 10,000 elements of a model, XML nesting 256, requirements 200 deep; an
 * evaluation as FeelEnv.max_steps has it, over all decisions it needs together. */
#ifndef YIFA_CORE_DMN_DMN_H
#define YIFA_CORE_DMN_DMN_H

#include "core/feel/boxed.h"

typedef struct DmnModel DmnModel;

typedef struct DmnFile {
    Str path; /* for messages */
    Str bytes;
} DmnFile;

typedef struct DmnFault {
    Str path;
    int line;
    Str element; /* "decision 'Approval', rule 3, input 2" */
    Str text;
} DmnFault;

/* The first file is the model; the others serve its imports, found by namespace. `functions` (may be NULL) has further
 * functions that its expressions may call. */
MUST_CHECK Rc dmn_read(Arena *arena, const DmnFile *files, size_t n, const FeelScope *functions,
                       const DmnModel **ret_model, Err *err);
size_t dmn_faults(const DmnModel *model, const DmnFault **ret_faults);

/* What the decision tables of the model itself leave open: rules that overlap under U, gaps, values that are not
 * allowed. None of them hinders an evaluation. */
size_t dmn_warnings(const DmnModel *model, Arena *arena, const DmnFault **ret_warnings);

typedef struct DmnInput {
    Str name; /* of input data, or of a decision without logic, which people take */
    Str ns;   /* namespace of the model that declares it; empty: the first that has it */
    FeelValue value;
} DmnInput;

typedef struct DmnRun {
    const DmnInput *inputs;
    size_t n;
    int64_t now_ms;
    int zone_minutes;
    uint32_t max_steps; /* 0: default */
    void *host;         /* for the functions that were given to dmn_read() */
} DmnRun;

typedef struct DmnResult {
    FeelValue value;
    bool failed; /* the value is null because of a fault or a FEEL error, not because null is the answer */
    Str reason;  /* why it is null, in English; may explain a null that is the answer, too */
} DmnResult;

/* The value of a decision, or, if none has that name, of the decision service or business knowledge model so named,
 * with the inputs as its arguments. With `service` (else empty): that decision service with the inputs as its
 * arguments, and of its output decisions the one called `decision`. */
DmnResult dmn_evaluate(const DmnModel *model, Str decision, Str service, const DmnRun *run, Arena *arena);

/* The model's business knowledge models and decision services as functions, for a scope of other expressions. */
size_t dmn_functions(const DmnModel *model, const FeelNative **ret_functions);

/* A decision table written as CSV: docs/TABLES.md says how. Messages carry "path:line:column", where columns count
 * cells; so do the places of the table's cells. `bytes` and `path` must outlive the table. `types` has types by name
 * besides FEEL's own, and may be NULL. Limits: 10,000 rows, 64 columns, 4 MiB. */
MUST_CHECK Rc dmn_table_read(Arena *arena, Str path, Str bytes, const FeelScope *types, const FeelTable **ret_table,
                             Err *err);
/* The table as a function: parameters are its inputs that are plain names, in order, each once (with `date` where rows
 * have periods). What feel_parse_boxed() makes of it gives, evaluated, the function value. */
void dmn_table_function(Arena *arena, const FeelTable *table, const FeelBoxed **ret_function);

#endif
