#include "lib/i18n/i18n.h"

#include <assert.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Language {
    const char *tag;    /* RFC 5646 primary subtag, and the folder of its translations */
    const char *html;   /* for the lang attribute */
    const char *domain; /* NULL: the msgid is the wording */
} Language;

static const Language languages[LANG_COUNT] = {
    [LANG_EN] = { "en", "en", NULL },
    [LANG_ZH] = { "zh", "zh-CN", "yifa-zh" },
};

/* gettext looks for a domain below every folder that LANGUAGE names, in turn. A domain stands in one of them only. */
static void set_folders(void)
{
    char folders[64] = "";
    for (size_t i = 0; i < LANG_COUNT; i++) {
        if (!languages[i].domain)
            continue;
        assert(strlen(folders) + strlen(languages[i].tag) + 2 < sizeof folders);
        if (folders[0])
            strcat(folders, ":");
        strcat(folders, languages[i].tag);
    }
    setenv("LANGUAGE", folders, 1);
}

Rc i18n_init(const char *locale_dir, Err *err)
{
    /* In the locale "C" gettext does not translate at all; any UTF-8 locale will do. Numbers, dates and sorting stay
     * those of "C", which the program relies on. */
    if (!setlocale(LC_CTYPE, "C.UTF-8") || !setlocale(LC_MESSAGES, "C.UTF-8"))
        return err_set(err, RC_INVALID, "the locale C.UTF-8 is not installed");
    set_folders();
    for (size_t i = 0; i < LANG_COUNT; i++) {
        const char *domain = languages[i].domain;
        if (domain && (!bindtextdomain(domain, locale_dir) || !bind_textdomain_codeset(domain, "UTF-8")))
            return err_set(err, RC_NOMEM, "no memory for translations");
    }
    return RC_OK;
}

const char *i18n(Lang lang, const char *msgid)
{
    assert(lang < LANG_COUNT);
    /* The empty msgid would give the header of the translation file. */
    if (!languages[lang].domain || msgid[0] == '\0')
        return msgid;
    return dgettext(languages[lang].domain, msgid);
}

Str i18n_str(Lang lang, const char *msgid)
{
    return str_c(i18n(lang, msgid));
}

const char *i18n_n(Lang lang, const char *one, const char *many, unsigned long n)
{
    assert(lang < LANG_COUNT);
    if (!languages[lang].domain)
        return n == 1 ? one : many;
    return dngettext(languages[lang].domain, one, many, n);
}

bool i18n_lang_from_tag(Str tag, Lang *ret_lang)
{
    size_t n = 0;
    while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_' && tag.p[n] != '.')
        n++;
    for (size_t i = 0; i < LANG_COUNT; i++) {
        if (n != strlen(languages[i].tag) || strncasecmp(tag.p, languages[i].tag, n) != 0)
            continue;
        *ret_lang = (Lang)i;
        return true;
    }
    return false;
}

Lang i18n_lang_from_env(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value)
            continue;
        Lang lang = LANG_EN;
        i18n_lang_from_tag(str_c(value), &lang);
        return lang;
    }
    return LANG_EN;
}

/* ";q=0.8" in thousandths; 1000 without it, 0 (not acceptable) when malformed. */
static int quality(Str params)
{
    while (params.n > 0) {
        Str value;
        Str name = str_trim(str_cut(str_cut(params, ';', &params), '=', &value));
        if (!str_eq_c(name, "q") && !str_eq_c(name, "Q"))
            continue;
        value = str_trim(value);
        if (value.n == 0 || value.n > 5 || (value.p[0] != '0' && value.p[0] != '1') ||
            (value.n > 1 && value.p[1] != '.'))
            return 0;
        int thousandths = (value.p[0] - '0') * 1000;
        int unit = 100;
        for (size_t i = 2; i < value.n; i++, unit /= 10) {
            if (value.p[i] < '0' || value.p[i] > '9')
                return 0;
            thousandths += (value.p[i] - '0') * unit;
        }
        return thousandths > 1000 ? 0 : thousandths;
    }
    return 1000;
}

Lang i18n_lang_from_header(Str accept_language, Lang fallback)
{
    Lang best = fallback;
    int best_quality = 0;
    for (Str rest = accept_language; rest.n > 0;) {
        Str params;
        Str tag = str_trim(str_cut(str_cut(rest, ',', &rest), ';', &params));
        Lang lang = fallback;
        if (!str_eq_c(tag, "*") && !i18n_lang_from_tag(tag, &lang))
            continue;
        int q = quality(params);
        if (q > best_quality) {
            best = lang;
            best_quality = q;
        }
    }
    return best;
}

Str i18n_lang_tag(Lang lang)
{
    assert(lang < LANG_COUNT);
    return str_c(languages[lang].html);
}
