/* Each block of mistakes.txt is a test: the good pack with one change, and all that the loader says of it. */
#include <stdio.h>
#include <string.h>

#include "law/law_tests.h"
#include "law/pack_tree.h"

typedef struct Edit {
    Str path;
    Str from;
    Str to;
    bool whole;
} Edit;

enum { EDITS_MAX = 8 };

typedef struct Mistake {
    Str name;
    Edit edits[EDITS_MAX];
    size_t n_edits;
    Str expected;
} Mistake;

static LawFile *good_files;
static size_t n_good_files;

static Str join(Arena *arena, Str text, bool first, Str line)
{
    return first ? line : arena_printf(arena, "%.*s\n%.*s", STR_ARG(text), STR_ARG(line));
}

/* Reads one block; false at the end. */
static bool next_mistake(Arena *arena, Str *rest, Mistake *ret)
{
    *ret = (Mistake){ 0 };
    bool any_from = false;
    bool any_to = false;
    while (rest->p) {
        Str line = str_cut(*rest, '\n', rest);
        Edit *edit = ret->n_edits > 0 ? &ret->edits[ret->n_edits - 1] : NULL;
        Str body = str_slice(line, 1, line.n);
        char kind = line.n > 0 ? line.p[0] : ' ';
        if (kind == ' ' && ret->n_edits > 0)
            return true;
        if (kind == '#') {
            ret->name = str_trim(body);
        } else if (kind == '@') {
            assert_true(ret->n_edits < EDITS_MAX);
            ret->edits[ret->n_edits++] = (Edit){ .path = body, .whole = true };
            any_from = any_to = false;
        } else if (kind == '-' && edit) {
            edit->from = join(arena, edit->from, !any_from, body);
            edit->whole = false;
            any_from = true;
        } else if (kind == '+' && edit) {
            edit->to = join(arena, edit->to, !any_to, body);
            any_to = true;
        } else if (kind == '=') {
            ret->expected = arena_printf(arena, "%.*s%.*s\n", STR_ARG(ret->expected), STR_ARG(body));
        }
    }
    return ret->n_edits > 0;
}

/* "\xff" stands for that byte, which a text file cannot hold. */
static Str with_bad_byte(Arena *arena, Str text)
{
    size_t at = str_find(text, STR("\\xff"));
    if (at == SIZE_MAX)
        return text;
    char *copy = arena_c(arena, text);
    copy[at] = (char)0xFF;
    memmove(copy + at + 1, copy + at + 4, text.n - at - 4);
    return (Str){ copy, text.n - 3 };
}

static Str replace_once(Arena *arena, const Mistake *mistake, Str text, const Edit *edit)
{
    size_t at = str_find(text, edit->from);
    Str after = at == SIZE_MAX ? STR_NONE : str_slice(text, at + edit->from.n, text.n);
    if (at == SIZE_MAX || str_find(after, edit->from) != SIZE_MAX)
        fail_msg("%.*s: '%.*s' does not stand once in %.*s", STR_ARG(mistake->name), STR_ARG(edit->from),
                 STR_ARG(edit->path));
    return arena_printf(arena, "%.*s%.*s%.*s", STR_ARG(str_slice(text, 0, at)), STR_ARG(edit->to), STR_ARG(after));
}

static size_t apply(Arena *arena, const Mistake *mistake, LawFile *files)
{
    size_t n = n_good_files;
    memcpy(files, good_files, n * sizeof *files);
    for (size_t i = 0; i < mistake->n_edits; i++) {
        const Edit *edit = &mistake->edits[i];
        size_t f = 0;
        while (f < n && !str_eq(files[f].path, edit->path))
            f++;
        if (f == n)
            files[n++] = (LawFile){ .path = edit->path };
        files[f].bytes = edit->whole ? edit->to : replace_once(arena, mistake, files[f].bytes, edit);
        files[f].bytes = with_bad_byte(arena, files[f].bytes);
    }
    return n;
}

static Str print_issues(Arena *arena, const LawIssue *issues, size_t n)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < n; i++) {
        const LawIssue *issue = &issues[i];
        text = arena_printf(arena, "%.*s%.*s:%d:%d: %.*s%s%.*s%s\n", STR_ARG(text), STR_ARG(issue->at.path),
                            issue->at.line, issue->at.col, STR_ARG(issue->text), issue->hint.n ? " (" : "",
                            STR_ARG(issue->hint), issue->hint.n ? ")" : "");
    }
    return text;
}

static bool check(Arena *arena, const Mistake *mistake)
{
    LawFile *files = ARENA_ARRAY(arena, LawFile, n_good_files + EDITS_MAX);
    size_t n = apply(arena, mistake, files);
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    Err err = { 0 };
    Rc rc = law_pack_load(arena, files, n, &pack, &issues, &n_issues, &err);
    Str actual = print_issues(arena, issues, n_issues);
    if (rc == RC_INVALID && !pack && str_eq(actual, mistake->expected))
        return true;
    fprintf(stderr, "%.*s\nexpected:\n%.*sactual:\n%.*s", STR_ARG(mistake->name), STR_ARG(mistake->expected),
            STR_ARG(actual));
    return false;
}

static void every_mistake_is_reported_with_its_place_and_a_hint(void **state)
{
    Arena *arena = *state;
    LawFile *files = NULL;
    size_t n_files = 0;
    assert_true(pack_tree_read(arena, LAW_TESTS, &files, &n_files));
    assert_true(pack_tree_read(arena, LAW_TESTS "/pack", &good_files, &n_good_files));
    Str rest = STR_NONE;
    for (size_t i = 0; i < n_files; i++) {
        if (str_eq_c(files[i].path, "mistakes.txt"))
            rest = files[i].bytes;
    }
    Mistake mistake;
    size_t n = 0;
    size_t wrong = 0;
    while (next_mistake(arena, &rest, &mistake)) {
        wrong += check(arena, &mistake) ? 0 : 1;
        n++;
    }
    assert_true(n > 100);
    assert_int_equal(wrong, 0);
}

/* However a file is cut or garbled, the loader answers and stays within memory. */
static void garbled_files_are_answered(void **state)
{
    Arena *arena = *state;
    uint64_t seed = 1;
    assert_true(pack_tree_read(arena, LAW_TESTS "/pack", &good_files, &n_good_files));
    for (int round = 0; round < 1000; round++) {
        Arena *scratch = arena_new(0);
        LawFile *files = ARENA_ARRAY(scratch, LawFile, n_good_files);
        memcpy(files, good_files, n_good_files * sizeof *files);
        LawFile *file = &files[next_random(&seed) % n_good_files];
        char *bytes = arena_c(scratch, file->bytes);
        size_t at = next_random(&seed) % file->bytes.n;
        if (round % 2 == 0)
            file->bytes = (Str){ bytes, at };
        else
            file->bytes = (Str){ bytes, file->bytes.n };
        bytes[at] = (char)(round % 4 < 2 ? "{}[]:,-'\"|#*&! \n"[next_random(&seed) % 16] : (int)next_random(&seed));
        const LawPack *pack = NULL;
        const LawIssue *issues = NULL;
        size_t n_issues = 0;
        Err err = { 0 };
        Rc rc = law_pack_load(scratch, files, n_good_files, &pack, &issues, &n_issues, &err);
        assert_true(rc == RC_OK ? pack != NULL && n_issues == 0 : pack == NULL && err.text[0]);
        arena_free(scratch);
    }
}

int mistake_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_mistake_is_reported_with_its_place_and_a_hint),
        ARENA_TEST(garbled_files_are_answered),
    };
    return cmocka_run_group_tests_name("mistakes", tests, NULL, NULL);
}
