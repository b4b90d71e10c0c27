/* lint_words.h - the wording of what a report's check finds, for pages and the command line. */
#ifndef YIFA_UI_WEB_LINT_WORDS_H
#define YIFA_UI_WEB_LINT_WORDS_H

#include "app/report_lint.h"
#include "lib/i18n/i18n.h"

const char *lint_title(Lang lang, LintKind kind);
/* Why it is found, a sentence; of a claim also that both sides are exactly equal. */
const char *lint_reason(Lang lang, const Lint *lint);

#endif
