/* support.h - documents for the tests of paper, and what an editor does to them. */
#ifndef YIFA_TESTS_PAPER_SUPPORT_H
#define YIFA_TESTS_PAPER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/paper/docx.h"

#define PAPER_AT INT64_C(1703210400000) /* 2023-12-22 02:00 UTC */

void paper_must(Rc rc, const Err *err);
Str paper_file(Arena *arena, const char *path);
PaperStyle paper_style(Arena *arena); /* of web/paper/style.json */
/* A document with every kind of block. It lies in static storage and is made anew by each call. */
PaperDoc paper_sample(void);
Str paper_written(Arena *arena, const PaperDoc *doc);
PaperDoc *paper_read_back(Arena *arena, Str bytes);

/* The package with one part changed: all of `from`, which must be in it, becomes `to`. */
Str paper_edit_part(Arena *arena, Str bytes, const char *part, const char *from, const char *to);
/* The same in word/document.xml. */
Str paper_edit(Arena *arena, Str bytes, const char *from, const char *to);
/* A package whose text is this body, with namespaces w, mc and wps. */
Str paper_of_body(Arena *arena, const char *body);
Str paper_part(Arena *arena, Str bytes, const char *part);

/* All of a block's text; of a table, cells by '|' and rows by '/'. Marked runs as [mark:text]. */
Str paper_say(Arena *arena, const PaperBlock *block);

#endif
