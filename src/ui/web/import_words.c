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
