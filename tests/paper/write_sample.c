/* Writes sample.docx, with every kind of block and a table over two pages, and sample.xlsx into the folder that is its
 * argument: what tests/paper/office_test.py has an office program open. */
#include "paper/support.h"

#include "io/paper/xlsx.h"

enum { TABLE_ROWS = 40 };

static void put(const char *folder, const char *name, Str bytes)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.p, 1, bytes.n, file) != bytes.n || fclose(file))
        exit(1);
}

static Str long_document(Arena *arena)
{
    PaperDoc doc = paper_sample();
    PaperBlock *table = &doc.blocks[4];
    PaperRow *rows = ARENA_ARRAY(arena, PaperRow, TABLE_ROWS);
    rows[0] = table->rows[0];
    for (size_t i = 1; i < TABLE_ROWS; i++)
        rows[i] = table->rows[1];
    table->rows = rows;
    table->n_rows = TABLE_ROWS;
    return paper_written(arena, &doc);
}

static Str workbook(Arena *arena)
{
    XlsxBook *book = NULL;
    Err err = { 0 };
    Buf out;
    const XlsxColumn columns[] = { { STR("编号"), XLSX_TEXT, 20 },
                                   { STR("件数"), XLSX_INT, 10 },
                                   { STR("日期"), XLSX_DAY, 12 },
                                   { STR("罚款（元）"), XLSX_MONEY, 14 } };
    const XlsxCell cells[] = { { .text = STR("深龙华〔2023〕1号") },
                               { .i = 7981, .is_set = true },
                               { .i = 19641, .is_set = true },
                               { .i = 1234567, .is_set = true } };
    buf_init(&out, XLSX_FILE_MAX);
    if (xlsx_new(STR("年度报告"), PAPER_AT, NULL, &book, &err) ||
        xlsx_sheet(book, STR("指标"), columns, ARRAY_LEN(columns), &err) || xlsx_row(book, cells, &err) ||
        xlsx_finish(book, &out, &err))
        exit(1);
    Str bytes = buf_to_arena(&out, arena);
    buf_free(&out);
    xlsx_freep(&book);
    return bytes;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new(0);
    if (argc != 2)
        return 2;
    put(argv[1], "sample.docx", long_document(arena));
    put(argv[1], "sample.xlsx", workbook(arena));
    arena_free(arena);
    return 0;
}
