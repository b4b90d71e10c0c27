/* docx.h - documents as the office's word processors want them: written as DOCX and read back after people edited them.
 *
 * A PaperDoc is neutral: blocks of runs, and tables. It is written as OOXML (ISO/IEC 29500 transitional, what WPS, Word
 * and LibreOffice open) on the page of GB/T 9704-2012: A4, 28 characters by 22 lines, its sizes and levels, page
 * numbers outside. A run with a mark becomes a content control, by which its text is found again however it was edited;
 * what it said when it was written goes along. The same document, style and instant give the same bytes.
 *
 * Reading takes what other programs write: text split over many runs, tracked changes (as if all were accepted), nested
 * controls, smart tags, text boxes, renamed styles. Headers, footers, foot- and endnotes, comments and generated tables
 * of contents are left out, as is the automatic numbering of paragraphs, which is no text. Nothing is fetched, no
 * entity is expanded, and a document type declaration is refused.
 *
 * Everything lies in the caller's arena. Any thread. Limits below; beyond them RC_LIMIT. What is no DOCX is RC_PARSE
 * with the part as its place. */
#ifndef YIFA_IO_PAPER_DOCX_H
#define YIFA_IO_PAPER_DOCX_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

enum {
    PAPER_FILE_MAX = 20 << 20,     /* bytes of a DOCX that is read */
    PAPER_PART_MAX = 4 << 20,      /* bytes of one part of it, unpacked; takes up to 30 times as much to read */
    PAPER_ENTRIES_MAX = 2000,      /* parts of it */
    PAPER_DEPTH_MAX = 200,         /* elements inside one another */
    PAPER_BLOCKS_MAX = 20000,      /* of a document */
    PAPER_RUNS_MAX = 5000,         /* of a block or cell */
    PAPER_ROWS_MAX = 5000,         /* of a table */
    PAPER_COLUMNS_MAX = 60,        /* of a table */
    PAPER_MARK_MAX = 64,           /* characters of a tag (Word): mark, "=" and kept value, which is left out beyond */
    PAPER_PROPERTIES_MAX = 1000,   /* of a document */
    PAPER_PROPERTY_TEXT_MAX = 255, /* characters, of names and values */
    PAPER_DOCUMENT_MAX = 16 << 20  /* bytes of a document that is written */
};

typedef struct PaperRun {
    Str text;    /* '\n' is a line break, '\t' a tab; other control characters are refused */
    Str mark;    /* what the text is the value of, such as a figure's id; empty: plain text. Without '=' */
    Str kept;    /* of a marked run: what it said when the document was written */
    Str label;   /* of a marked run, for people; some programs keep only this one */
    int control; /* read only: which control it stood in, from 1 in reading order; 0: none */
    bool strong;
} PaperRun;

typedef struct PaperCell {
    PaperRun *runs;
    size_t n_runs;
    bool is_number; /* written at the right */
} PaperCell;

typedef struct PaperRow {
    PaperCell *cells;
    size_t n_cells;
    bool is_head; /* repeated on each page */
} PaperRow;

typedef enum PaperBlockKind {
    PAPER_TITLE,
    PAPER_PART,    /* first level */
    PAPER_HEADING, /* second level */
    PAPER_PARAGRAPH,
    PAPER_SIGNATURE, /* a line of it */
    PAPER_NOTE,      /* smaller, below a table */
    PAPER_TABLE
} PaperBlockKind;

typedef struct PaperBlock {
    PaperBlockKind kind;
    PaperRun *runs; /* not of tables */
    size_t n_runs;
    PaperRow *rows; /* of tables */
    size_t n_rows;
} PaperBlock;

/* What the document knows of itself; word processors keep it. */
typedef struct PaperProperty {
    Str name;
    Str value;
} PaperProperty;

typedef struct PaperDoc {
    Str title;
    PaperBlock *blocks;
    size_t n_blocks;
    PaperProperty *properties;
    size_t n_properties;
} PaperDoc;

/* Names of fonts, which are words of a language and come from a file of it. `other` stands in where a machine lacks the
 * first. */
typedef struct PaperFont {
    Str name;
    Str other;
} PaperFont;

typedef struct PaperStyle {
    Str lang; /* "zh-CN" */
    PaperFont title;
    PaperFont part;
    PaperFont heading;
    PaperFont body;
    PaperFont page; /* of page numbers */
} PaperStyle;

/* Reads {"lang": …, "fonts": {"title": {"name", "other"}, "part", "heading", "body", "page"}}; all must be there. */
MUST_CHECK Rc paper_style_parse(Arena *arena, Str json, PaperStyle *ret, Err *err);

/* RC_INVALID: a control character, a mark that is too long or has '='; the message names the block. `at_ms` is the
 * instant it says it was made. */
MUST_CHECK Rc paper_docx_write(Arena *arena, const PaperDoc *doc, const PaperStyle *style, int64_t at_ms, Str *ret,
                               Err *err);
/* The bytes need not outlive the call. Empty paragraphs are left out. */
MUST_CHECK Rc paper_docx_read(Arena *arena, Str bytes, PaperDoc **ret, Err *err);

/* The value of a property; empty when there is none. */
Str paper_property(const PaperDoc *doc, Str name);

#endif
