#include "kit.h"

#include "lib/http/multipart.h"

/* What the parser said, as text: "[name|filename|type]" data "." */
static bool log_begin(void *ctx, const MultipartPart *part)
{
    Buf *log = ctx;
    buf_printf(log, "[%.*s|%s%.*s|%.*s]", STR_ARG(part->name), part->filename.p ? "" : "-", STR_ARG(part->filename),
               STR_ARG(part->content_type));
    return true;
}

static bool log_data(void *ctx, Str bytes)
{
    buf_str(ctx, bytes);
    return true;
}

static bool log_end(void *ctx)
{
    buf_char(ctx, '.');
    return true;
}

/* Feeds pieces of piece_n bytes; the log of an accepted body, else "bad". */
static Str parse(Arena *arena, const char *boundary, Str body, size_t piece_n)
{
    Buf log;
    buf_init(&log, 1 << 20);
    Multipart *m = ARENA_NEW(arena, Multipart);
    MultipartSink sink = { &log, log_begin, log_data, log_end };
    bool ok = multipart_init(m, arena, str_c(boundary), &sink);
    for (size_t at = 0; ok && at < body.n; at += piece_n)
        ok = multipart_feed(m, str_slice(body, at, at + piece_n));
    Str said = ok && multipart_is_complete(m) ? buf_to_arena(&log, arena) : STR("bad");
    buf_free(&log);
    return said;
}

static const char whole[] = "preamble\r\n--XX-\r\n-\r\n"
                            "--XX-X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX-X  \r\n"
                            "content-disposition: FORM-DATA; filename=\"C:\\x\\%22y%22.pdf\"; name=文\r\n"
                            "Content-Type: application/pdf\r\n\r\n\r\r\n--XX-\r\n-\r\r\n\r\n--XX-X\r\n"
                            "Content-Disposition: form-data; name=f; filename=\"\"\r\n\r\n\r\n--XX-X--\r\nepilogue";

static void parts_are_the_same_however_the_body_is_cut(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    const char *expected = "[a|-|].[文|C:\\x\\\"y\".pdf|application/pdf]\r\r\n--XX-\r\n-\r\r\n.[f||].";
    for (size_t n = 1; n <= sizeof whole; n++)
        assert_str(parse(arena, "XX-X", str_c(whole), n), expected);
    arena_free(arena);
}

static void malformed_bodies_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "--B\r\n",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B-",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B-\r",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--Bx--",
        "--B\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"\xFF\"\r\n\r\nx\r\n--B--",
    };
    Arena *arena = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        for (size_t n = 1; n <= 7; n += 3)
            assert_str(parse(arena, "B", str_c(bad[i]), n), "bad");
    assert_str(parse(arena, "B", STR("--B--"), 2), "");
    arena_free(arena);
}

static void boundaries_and_heads_are_bounded(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    Str body = STR("--B--");
    assert_str(parse(arena, "", body, 9), "bad");
    assert_str(parse(arena, "B ", body, 9), "bad");
    assert_str(parse(arena, "B\r", body, 9), "bad");
    assert_str(parse(arena, "1234567890123456789012345678901234567890123456789012345678901234567890-", body, 9), "bad");
    Buf large;
    buf_init(&large, 1 << 16);
    buf_c(&large, "--B\r\nX: ");
    while (large.n < MULTIPART_HEAD_MAX + 100)
        buf_char(&large, 'x');
    buf_c(&large, "\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--");
    assert_str(parse(arena, "B", buf_view(&large), 1000), "bad");
    buf_free(&large);
    arena_free(arena);
}

/* Any bytes may come as data: a body made of the characters that delimiters are made of is read back unchanged. */
static void any_data_is_read_back(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    uint32_t seed = 1;
    for (int round = 0; round < 300; round++) {
        ArenaMark mark = arena_mark(arena);
        Buf data;
        Buf body;
        buf_init(&data, 4096);
        buf_init(&body, 8192);
        for (uint32_t i = 0; i < seed % 97; i++) {
            seed = seed * 1664525u + 1013904223u;
            buf_char(&data, "\r\n-ab"[(seed >> 24) % 5]);
        }
        seed = seed * 1664525u + 1013904223u;
        if (str_find(buf_view(&data), STR("\r\n--ab")) == SIZE_MAX) {
            buf_printf(&body, "--ab\r\nContent-Disposition: form-data; name=x\r\n\r\n%.*s\r\n--ab--",
                       STR_ARG(buf_view(&data)));
            Str expected = arena_printf(arena, "[x|-|]%.*s.", STR_ARG(buf_view(&data)));
            assert_str(parse(arena, "ab", buf_view(&body), 1 + seed % 13), expected.p);
        }
        buf_free(&data);
        buf_free(&body);
        arena_rewind(arena, mark);
    }
    arena_free(arena);
}

int multipart_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_the_same_however_the_body_is_cut),
        cmocka_unit_test(malformed_bodies_are_refused),
        cmocka_unit_test(boundaries_and_heads_are_bounded),
        cmocka_unit_test(any_data_is_read_back),
    };
    return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
