#include "ui/web/import_words.h"

#include "lib/i18n/i18n.h"

const char *import_fault_text(ImportFault fault)
{
    static const char *const texts[] = { N_("is empty"),
                                         N_("cannot be read"),
                                         N_("is a word that the pack does not know"),
                                         N_("names no unit that is known here"),
                                         N_("names nobody who is known here, or several"),
                                         N_("is no day and time"),
                                         N_("lies in the future"),
                                         N_("stands in the list twice"),
                                         N_("was not taken in") };
    return texts[fault];
}

const char *roster_fault_text(RosterFault fault)
{
    static const char *const texts[] = {
        [ROSTER_COLUMNS] = N_("has another number of cells than the header"),
        [ROSTER_EMPTY] = N_("must not be empty"),
        [ROSTER_DAY] = N_("is no day such as 2023-01-31"),
        [ROSTER_NO_UNIT] = N_("is the code of no unit"),
        [ROSTER_NO_PERSON] = N_("is nobody's login or number"),
        [ROSTER_NO_ROLE] = N_("is no role of the pack"),
        [ROSTER_NO_KIND] = N_("is no kind of unit of the pack"),
        [ROSTER_TWICE] = N_("stands in an earlier row already"),
    };
    return texts[fault];
}
