/* regex.h - regular expressions of XPath and XQuery (Functions and Operators 3.1, section 5.6; XML Schema 1.1 part 2,
 * appendix G), which FEEL's matches(), replace() and split() take, as patterns of PCRE2.
 *
 * All of the syntax is read here and written anew, so that nothing PCRE2 has beyond it (look-around, recursion,
 * possessive quantifiers, comments) can be written by a user, and what differs (class subtraction, blocks, \i and \c,
 * the dot, ^ and $, back-references) means what XPath says. Limits: groups and classes 100 deep, 99 groups, counts to
 * 65535, 256 KiB of PCRE2 pattern. */
#ifndef YIFA_CORE_FEEL_REGEX_H
#define YIFA_CORE_FEEL_REGEX_H

#include "base/arena.h"

typedef struct RegexBlock {
    const char *name;
    uint32_t first;
    uint32_t last;
} RegexBlock;
extern const RegexBlock regex_blocks[];
extern const size_t regex_blocks_n;

typedef struct RegexFlags {
    bool dot_all;        /* s: the dot matches line ends too */
    bool multi_line;     /* m: ^ and $ match at line ends too */
    bool ignore_case;    /* i */
    bool without_spaces; /* x: white space outside classes is left out */
    bool literal;        /* q: no character is special */
} RegexFlags;

typedef struct RegexPattern {
    Str text; /* for PCRE2 with UTF, UCP, DOTALL, MATCH_UNSET_BACKREF and line feed as newline */
    int groups;
    const char *why; /* when it could not be read: what is wrong */
    size_t at;       /* and at which character, from 1 */
} RegexPattern;

/* False when a letter is no flag: *ret_bad is it. */
bool regex_flags(Str flags, RegexFlags *ret, Str *ret_bad);
bool regex_translate(Arena *arena, Str pattern, RegexFlags flags, RegexPattern *ret);

#endif
