/* zip.h - the container of both formats, in memory (libzip). For this room only.
 *
 * Entries are written in order with one time and no other metadata, so the same parts give the same bytes. Reading
 * trusts no size that the file states. */
#ifndef YIFA_IO_PAPER_ZIP_H
#define YIFA_IO_PAPER_ZIP_H

#include "io/paper/docx.h"

typedef struct PaperPart {
    const char *name;
    Str bytes;
} PaperPart;

MUST_CHECK Rc paper_zip_write(Arena *arena, const PaperPart *parts, size_t n, int64_t at_ms, Str *ret, Err *err);

typedef struct PaperZip PaperZip;
MUST_CHECK Rc paper_zip_open(Arena *arena, Str bytes, PaperZip **ret, Err *err); /* the bytes must outlive it */
void paper_zip_closep(PaperZip **zip);
/* RC_NOT_FOUND when there is no such part; RC_LIMIT when it unpacks to more than PAPER_PART_MAX. */
MUST_CHECK Rc paper_zip_part(PaperZip *zip, Arena *arena, Str name, Str *ret, Err *err);

#endif
