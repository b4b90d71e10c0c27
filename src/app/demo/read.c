/* What the demonstration reads from a pack's folder before anything is made. */
#include "app/demo/demo.h"
#include "app/demo/plans.h"
#include "lib/os/file.h"

static const char *const needed_words[] = { "surnames",
                                            "given",
                                            "date",
                                            "times",
                                            "notes.redo",
                                            "progress",
                                            "address",
                                            "finding.answers",
                                            "finding.returns",
                                            "finding_corrected",
                                            "finding_dismiss" };

/* texts.yaml and its further volumes, texts-NAME.yaml. */
static Rc read_texts(Demo *d, const char *folder, Err *err)
{
    OsNames names = { 0 };
    TRY(os_list_dir(d->arena, arena_printf(d->arena, "%s/demo", folder).p, &names, err));
    for (size_t i = 0; i < names.n; i++)
        if (str_starts(names.names[i], STR("texts")) && str_ends(names.names[i], STR(".yaml")))
            TRY(words_load(&d->words, folder, names.names[i].p, err));
    return RC_OK;
}

Rc demo_read(Demo *d, Arena *arena, const char *folder, uint64_t seed, Err *err)
{
    YamlNode *shape = NULL;
    YamlNode *extra = NULL;
    YamlNode *texts = NULL;
    Str path;
    *d = (Demo){ .arena = arena };
    words_init(&d->words, arena);
    TRY(staff_load(arena, folder, &d->staff, err));
    TRY(places_load(arena, folder, &d->places, err));
    TRY(read_texts(d, folder, err));
    TRY(words_load(&d->words, folder, "plan-extra.yaml", err));
    TRY(words_load(&d->words, folder, "shape.yaml", err));
    TRY(words_require(&d->words, needed_words, ARRAY_LEN(needed_words), err));
    TRY(words_yaml(arena, folder, "texts.yaml", &path, &texts, err));
    TRY(words_yaml(arena, folder, "plan-extra.yaml", &path, &extra, err));
    TRY(words_yaml(arena, folder, "shape.yaml", &path, &shape, err));
    d->shape = shape;
    d->extra = extra;
    d->texts = texts;
    d->seed = seed ? seed : (uint64_t)words_int(shape, "seed", 1);
    int year = (int)words_int(shape, "year", 2023);
    d->first = day_from_civil((Civil){ year, 1, 1 });
    d->to = words_day(words_at(shape, "totals"), "period_to", d->first + 333);
    d->status = words_day(words_at(shape, "totals"), "status", d->first + 355);
    return RC_OK;
}

Rc demo_check(Arena *arena, const char *folder, const LawPack *pack, const LawIssue **ret_issues, size_t *ret_n_issues,
              Err *err)
{
    Demo d;
    PlanSpecs unused;
    *ret_n_issues = 0;
    if (!os_exists(arena_printf(arena, "%s/demo/people.yaml", folder).p))
        return RC_OK;
    TRY(demo_read(&d, arena, folder, 0, err));
    d.hours = (Hours){ .calendar = pack->calendar, .zone_minutes = pack->zone_minutes };
    return plans_read(&d, pack, folder, &unused, ret_issues, ret_n_issues, err);
}
