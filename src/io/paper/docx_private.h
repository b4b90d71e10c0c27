/* docx_private.h - what the writers of a DOCX's parts share. For this room only.
 *
 * Lengths in OOXML: twentieths of a point (twips), half points for sizes, hundredths of a character. */
#ifndef YIFA_IO_PAPER_DOCX_PRIVATE_H
#define YIFA_IO_PAPER_DOCX_PRIVATE_H

#include "io/paper/docx.h"

#define PAPER_NS_WORD   "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define PAPER_NS_OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/"

/* GB/T 9704-2012, 5.2: A4, top margin 37 mm, binding margin 28 mm, text 156 mm x 225 mm. */
enum {
    PAGE_WIDTH = 11906,
    PAGE_HEIGHT = 16838,
    PAGE_TOP = 2098,
    PAGE_LEFT = 1587,
    PAGE_RIGHT = 1474,
    PAGE_BOTTOM = 1984,
    PAGE_FOOT = 1304,  /* page number 7 mm below the text, 4th size: 23 mm from the edge */
    TEXT_WIDTH = 8845, /* 156 mm */
    LINE_PITCH = 579   /* 28.95 pt: 22 lines */
};

/* Styles, in the order of PaperBlockKind. */
extern const char *const paper_style_ids[];

/* Escaped text of an element or attribute; false at a character that XML or the format does not carry. */
bool paper_xml_text(Buf *out, Str text);

/* What a part is written from. */
typedef struct PaperPackage {
    Arena *arena;
    const PaperDoc *doc;
    const PaperStyle *style;
    int64_t at_ms;
} PaperPackage;

Rc paper_write_styles(Buf *out, const PaperPackage *package, Err *err);
Rc paper_write_fonts(Buf *out, const PaperPackage *package, Err *err);
Rc paper_write_settings(Buf *out, const PaperPackage *package, Err *err);
Rc paper_write_odd_footer(Buf *out, const PaperPackage *package, Err *err);
Rc paper_write_even_footer(Buf *out, const PaperPackage *package, Err *err);
Rc paper_write_core(Buf *out, const PaperPackage *package, Err *err);
Rc paper_write_custom(Buf *out, const PaperPackage *package, Err *err);

#endif
