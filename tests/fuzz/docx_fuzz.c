#include "fuzz.h"

#include <assert.h>

#include "io/paper/zip.h"

/* What begins like a package is read as one; other input is the text part of one, so that damage reaches the markup. */
static Str package_of(Arena *arena, Str input)
{
    PaperPart part = { "word/document.xml", input };
    Str packed;
    if (str_starts(input, STR("PK")))
        return input;
    Rc rc = paper_zip_write(arena, &part, 1, 0, &packed, NULL);
    assert(rc == RC_OK);
    return packed;
}

/* What was read can be written, unless a name is too long for a tag or a table has no cell, and is then read again. */
static void check_again(Arena *arena, const PaperDoc *doc)
{
    const PaperFont font = { STR("x"), STR("y") };
    const PaperStyle style = { STR("zh-CN"), font, font, font, font, font };
    PaperDoc *again = NULL;
    Str bytes;
    Rc rc = paper_docx_write(arena, doc, &style, 0, &bytes, NULL);
    if (rc != RC_OK) {
        assert(rc == RC_INVALID || rc == RC_LIMIT);
        return;
    }
    rc = paper_docx_read(arena, bytes, &again, NULL);
    assert(rc == RC_OK && again->n_blocks <= doc->n_blocks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    PaperDoc *doc = NULL;
    Err err = { 0 };
    Rc rc = paper_docx_read(arena, package_of(arena, (Str){ (const char *)data, size }), &doc, &err);
    if (rc == RC_OK)
        check_again(arena, doc);
    else
        assert(err.rc == rc && err.text[0]);
    return 0;
}
