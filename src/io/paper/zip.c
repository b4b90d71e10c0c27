#include "io/paper/zip.h"

#include <string.h>
#include <zip.h>

#include "base/date.h"

/* ---- writing ---- */

/* The container's clock: two seconds a step, from 1980. */
static void dos_time(int64_t at_ms, zip_uint16_t *ret_time, zip_uint16_t *ret_date)
{
    Civil c = day_to_civil(instant_day(at_ms, 0));
    int64_t s = instant_of_day(at_ms, 0) / MS_PER_SECOND;
    bool fits = c.year >= 1980 && c.year <= 2107;
    *ret_time = (zip_uint16_t)(fits ? (s / 3600) << 11 | (s / 60 % 60) << 5 | (s % 60) / 2 : 0);
    *ret_date = (zip_uint16_t)(fits ? (c.year - 1980) << 9 | c.month << 5 | c.day : 1 << 5 | 1);
}

static Rc zip_says(Err *err, zip_t *archive, const char *what)
{
    return err_set(err, RC_NOMEM, "%s: %s", what, zip_strerror(archive));
}

static Rc add_parts(zip_t *archive, const PaperPart *parts, size_t n, int64_t at_ms, Err *err)
{
    zip_uint16_t time;
    zip_uint16_t date;
    dos_time(at_ms, &time, &date);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *source = zip_source_buffer(archive, parts[i].bytes.p, parts[i].bytes.n, 0);
        if (!source)
            return zip_says(err, archive, parts[i].name);
        zip_int64_t at = zip_file_add(archive, parts[i].name, source, ZIP_FL_ENC_UTF_8);
        if (at < 0) {
            zip_source_free(source);
            return zip_says(err, archive, parts[i].name);
        }
        if (zip_set_file_compression(archive, (zip_uint64_t)at, ZIP_CM_DEFLATE, 6) ||
            zip_file_set_dostime(archive, (zip_uint64_t)at, time, date, 0))
            return zip_says(err, archive, parts[i].name);
    }
    return RC_OK;
}

static Rc read_source(Arena *arena, zip_source_t *source, Str *ret, Err *err)
{
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_stat(source, &stat) || zip_source_open(source))
        return err_set(err, RC_NOMEM, "the packed document cannot be read back");
    char *bytes = arena_alloc(arena, (size_t)stat.size + 1);
    zip_int64_t got = zip_source_read(source, bytes, stat.size);
    zip_source_close(source);
    if (got < 0 || (zip_uint64_t)got != stat.size)
        return err_set(err, RC_NOMEM, "the packed document cannot be read back");
    *ret = (Str){ bytes, (size_t)got };
    return RC_OK;
}

Rc paper_zip_write(Arena *arena, const PaperPart *parts, size_t n, int64_t at_ms, Str *ret, Err *err)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_TRUNCATE, &error) : NULL;
    if (!archive) {
        Rc rc = err_set(err, RC_NOMEM, "packing: %s", zip_error_strerror(&error));
        zip_source_free(source);
        zip_error_fini(&error);
        return rc;
    }
    zip_source_keep(source); /* closing the archive gives up its share */
    Rc rc = add_parts(archive, parts, n, at_ms, err);
    if (rc == RC_OK && zip_close(archive))
        rc = zip_says(err, archive, "packing");
    else if (rc == RC_OK)
        archive = NULL;
    if (archive)
        zip_discard(archive);
    if (rc == RC_OK)
        rc = read_source(arena, source, ret, err);
    zip_source_free(source);
    return rc;
}

/* ---- reading ---- */

struct PaperZip {
    zip_t *archive;
};

static Rc refuse_container(Str bytes, const char *why, Err *err)
{
    /* The container of old binary documents, and of encrypted new ones (MS-CFB 2.2). */
    if (str_starts(bytes, STR("\xD0\xCF\x11\xE0")))
        return err_set(err, RC_PARSE, "this is an old or a password-protected document; save it as DOCX without one");
    return err_set(err, RC_PARSE, "this is no DOCX file (%s); save it as DOCX again", why);
}

Rc paper_zip_open(Arena *arena, Str bytes, PaperZip **ret, Err *err)
{
    zip_error_t error;
    if (bytes.n > PAPER_FILE_MAX)
        return err_set(err, RC_LIMIT, "the file has more than %d MiB", PAPER_FILE_MAX >> 20);
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (!archive) {
        Rc rc = refuse_container(bytes, zip_error_strerror(&error), err);
        zip_source_free(source);
        zip_error_fini(&error);
        return rc;
    }
    zip_int64_t entries = zip_get_num_entries(archive, 0);
    if (entries < 1 || entries > PAPER_ENTRIES_MAX) {
        zip_discard(archive);
        if (entries < 1)
            return err_set(err, RC_PARSE, "the file is empty");
        return err_set(err, RC_LIMIT, "the file has more than %d parts", PAPER_ENTRIES_MAX);
    }
    *ret = ARENA_NEW(arena, PaperZip);
    (*ret)->archive = archive;
    return RC_OK;
}

void paper_zip_closep(PaperZip **zip)
{
    if (*zip && (*zip)->archive)
        zip_discard((*zip)->archive);
    *zip = NULL;
}

/* In steps, so that a part that unpacks to more than it says is stopped where the limit is. */
static Rc unpack(zip_file_t *file, const char *name, Buf *out, Err *err)
{
    char step[16384];
    zip_int64_t got;
    while ((got = zip_fread(file, step, sizeof step)) > 0) {
        buf_bytes(out, step, (size_t)got);
        if (out->failed)
            return err_at(err, RC_LIMIT, name, "this part of the file unpacks to more than %d MiB",
                          PAPER_PART_MAX >> 20);
    }
    if (got < 0)
        return err_at(err, RC_PARSE, name, "the file is damaged: %s", zip_file_strerror(file));
    return RC_OK;
}

Rc paper_zip_part(PaperZip *zip, Arena *arena, Str name, Str *ret, Err *err)
{
    Buf out;
    char *path = arena_c(arena, name);
    zip_int64_t at = zip_name_locate(zip->archive, path, ZIP_FL_NOCASE);
    if (at < 0)
        return err_at(err, RC_NOT_FOUND, path, "the file lacks this part");
    zip_file_t *file = zip_fopen_index(zip->archive, (zip_uint64_t)at, 0);
    if (!file)
        return err_at(err, RC_PARSE, path, "this part of the file cannot be unpacked: %s", zip_strerror(zip->archive));
    buf_init(&out, PAPER_PART_MAX);
    Rc rc = unpack(file, path, &out, err);
    zip_fclose(file);
    if (rc == RC_OK)
        *ret = buf_to_arena(&out, arena);
    buf_free(&out);
    return rc;
}
