#include "ui/web/lint_words.h"

const char *lint_title(Lang lang, LintKind kind)
{
    static const char *const titles[LINT_KINDS] = {
        [LINT_CLAIM] = N_("the figures say otherwise"),
        [LINT_CLAIM_GONE] = N_("a sentence that was checked is gone"),
        [LINT_NUMBER] = N_("a number typed by hand"),
        [LINT_COMPARED] = N_("a comparison that nothing checks"),
        [LINT_RATIO] = N_("not the quotient of its two figures"),
        [LINT_DATES] = N_("counted to different days"),
        [LINT_UNUSED] = N_("defined, but not in the text"),
        [LINT_SLICES] = N_("the table does not show all of it"),
        [LINT_BRIDGE] = N_("the two ways of counting do not agree"),
        [LINT_PART] = N_("a required part is missing or empty"),
    };
    return i18n(lang, titles[kind]);
}

const char *lint_reason(Lang lang, const Lint *lint)
{
    static const char *const reasons[LINT_KINDS] = {
        [LINT_CLAIM] = N_("This does not hold; write one of the sentences that do."),
        [LINT_CLAIM_GONE] = N_("Nothing checks what stands there now."),
        [LINT_NUMBER] = N_("State it as a figure, or say in the report's definition why it is no count."),
        [LINT_COMPARED] = N_("Say in the report's definition what is compared with what."),
        [LINT_RATIO] = N_("The text states other counts than those that the ratio is made of."),
        [LINT_DATES] = N_("Numbers side by side should be counted to the same days."),
        [LINT_UNUSED] = N_("State it, or take it out of the report's definition."),
        [LINT_SLICES] = N_("Some of what was counted falls into no column of the table."),
        [LINT_BRIDGE] = N_("Something is counted twice, or not at all."),
        [LINT_PART] = N_("The rules demand it under its own heading."),
    };
    if (lint->kind == LINT_CLAIM && lint->is_equal)
        return i18n(lang, N_("Both are exactly equal, so the words do not hold; write one of the sentences that do."));
    return i18n(lang, reasons[lint->kind]);
}
