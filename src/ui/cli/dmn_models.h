/* dmn_models.h - decision models from files: read, kept, and read again when a file has changed.
 *
 * A model is kept by the paths it was read from. At most DMN_MODELS_MAX are kept; the one not used for longest goes. */
#ifndef YIFA_UI_CLI_DMN_MODELS_H
#define YIFA_UI_CLI_DMN_MODELS_H

#include "core/dmn/dmn.h"

enum { DMN_MODELS_MAX = 32, DMN_PATHS_MAX = 64 };

typedef struct DmnModels DmnModels;
DmnModels *dmn_models_new(void); /* NULL: out of memory */
void dmn_models_freep(DmnModels **models);
/* paths[0] is the model, the others serve its imports. The model lives until the next call.
 * A model that could not be read is remembered too, with its error. */
MUST_CHECK Rc dmn_models_get(DmnModels *models, const char *const *paths, size_t n, const DmnModel **ret, Err *err);

/* The same without keeping anything: into the arena. */
MUST_CHECK Rc dmn_model_load(Arena *arena, const char *const *paths, size_t n, const DmnModel **ret, Err *err);

#endif
