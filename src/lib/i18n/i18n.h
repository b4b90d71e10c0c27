/* i18n.h - wording through gettext, in the language each call names.
 *
 * Sources carry English text (the msgid); po/<language>.po carries the other wordings. Any thread may ask for any
 * language at any time, so the language is not the process's locale: every language is a gettext domain of its own
 * ("yifa-zh"), looked up under one fixed locale. Only the C.UTF-8 locale need be installed. What has no translation is
 * shown in English.
 *
 * Texts returned live as long as the process and must not be freed. Format strings are checked by tools/po_check: a
 * translation keeps the conversions of its msgid. */
#ifndef YIFA_LIB_I18N_I18N_H
#define YIFA_LIB_I18N_I18N_H

#include "base/rc.h"
#include "base/str.h"

typedef enum Lang { LANG_EN, LANG_ZH, LANG_COUNT } Lang;

/* Marks a text for extraction where it cannot be translated yet, as in a constant table. */
#define N_(msgid) msgid

/* Once per process, before threads are started: sets the locale and LANGUAGE for the whole process. Translations are
 * files <locale_dir>/zh/LC_MESSAGES/yifa-zh.mo; missing ones leave everything in English. RC_INVALID when no UTF-8
 * locale is installed. */
MUST_CHECK Rc i18n_init(const char *locale_dir, Err *err);

/* The wording of an English text. The empty text stays empty. */
const char *i18n(Lang lang, const char *msgid) __attribute__((format_arg(2), returns_nonnull));
Str i18n_str(Lang lang, const char *msgid);
/* The form for n: English `one` or `many`, or what the language has. */
const char *i18n_n(Lang lang, const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(2), format_arg(3), returns_nonnull));

/* From LC_ALL, LC_MESSAGES, LANG, the first that is set: "zh..." is Chinese, all else English. Call before i18n_init,
 * which settles the locale. */
Lang i18n_lang_from_env(void);
/* The supported language with the highest quality in an Accept-Language field (RFC 9110, 12.5.4), the earlier of
 * equals; fallback when none is named. */
Lang i18n_lang_from_header(Str accept_language, Lang fallback);
/* "zh", "en" with optional region and script; false for others. */
bool i18n_lang_from_tag(Str tag, Lang *ret_lang);
/* For the lang attribute of HTML: "en", "zh-CN". */
Str i18n_lang_tag(Lang lang);

#endif
