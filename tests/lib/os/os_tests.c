#include "lib/os/clock.h"
#include "lib/os/entropy.h"
#include "lib/os/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_BYTES = 512 };

typedef struct Room {
    Arena *arena;
    char root[64];
} Room;

static int set_up(void **state)
{
    Room *room = calloc(1, sizeof *room);
    room->arena = arena_new(0);
    snprintf(room->root, sizeof room->root, "/tmp/yifa_os_XXXXXX");
    assert_non_null(mkdtemp(room->root));
    *state = room;
    return 0;
}

static int tear_down(void **state)
{
    Room *room = *state;
    Err err;
    assert_int_equal(os_remove_tree(room->root, &err), RC_OK);
    assert_false(os_exists(room->root));
    arena_free(room->arena);
    free(room);
    return 0;
}

static const char *in(const Room *room, const char *name)
{
    return arena_printf(room->arena, "%s/%s", room->root, name).p;
}

static void put(const Room *room, const char *name, const char *text)
{
    Err err;
    assert_int_equal(os_write_file_atomic(in(room, name), str_c(text), 0644, &err), RC_OK);
}

static void make(const Room *room, const char *name)
{
    Err err;
    assert_int_equal(os_mkdirs(in(room, name), 0755, &err), RC_OK);
}

/* ---- files ---- */

static void a_file_written_reads_back(void **state)
{
    Room *room = *state;
    Err err;
    Str back;
    static const char bytes[] = "\0依法\xff";
    Str content = { bytes, sizeof bytes - 1 };
    assert_int_equal(os_write_file_atomic(in(room, "f"), content, 0600, &err), RC_OK);
    assert_int_equal(os_read_file(room->arena, in(room, "f"), content.n, &back, &err), RC_OK);
    assert_true(str_eq(back, content));
    assert_int_equal(back.p[back.n], 0);
    struct stat st;
    assert_int_equal(stat(in(room, "f"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void an_empty_file_reads_as_empty(void **state)
{
    Room *room = *state;
    Err err;
    Str back = STR("x");
    put(room, "empty", "");
    assert_int_equal(os_read_file(room->arena, in(room, "empty"), 0, &back, &err), RC_OK);
    assert_int_equal(back.n, 0);
}

static void reading_keeps_its_limit(void **state)
{
    Room *room = *state;
    Err err;
    Str back = STR("untouched");
    put(room, "f", "12345");
    assert_int_equal(os_read_file(room->arena, in(room, "f"), 4, &back, &err), RC_LIMIT);
    assert_true(str_eq_c(back, "untouched"));
    assert_string_equal(err.place, in(room, "f"));
}

static void reading_tells_what_is_wrong(void **state)
{
    Room *room = *state;
    Err err;
    Str back;
    assert_int_equal(os_read_file(room->arena, in(room, "none"), 9, &back, &err), RC_NOT_FOUND);
    assert_int_equal(os_read_file(room->arena, room->root, 9999, &back, &err), RC_INVALID);
    assert_int_equal(mkfifo(in(room, "pipe"), 0600), 0);
    assert_int_equal(os_read_file(room->arena, in(room, "pipe"), 9, &back, &err), RC_INVALID);
}

static void writing_replaces_whole_and_leaves_no_temporary(void **state)
{
    Room *room = *state;
    Err err;
    OsNames names;
    Str back;
    put(room, "f", "a long first version");
    put(room, "f", "second");
    assert_int_equal(os_read_file(room->arena, in(room, "f"), 99, &back, &err), RC_OK);
    assert_true(str_eq_c(back, "second"));
    assert_int_equal(os_list_dir(room->arena, room->root, &names, &err), RC_OK);
    assert_int_equal(names.n, 1);
}

static void a_failed_write_changes_nothing(void **state)
{
    Room *room = *state;
    Err err;
    OsNames names;
    make(room, "folder/full");
    assert_int_equal(os_write_file_atomic(in(room, "folder"), STR("x"), 0644, &err), RC_INVALID);
    assert_int_equal(os_write_file_atomic(in(room, "none/f"), STR("x"), 0644, &err), RC_NOT_FOUND);
    assert_int_equal(os_write_file_atomic("", STR("x"), 0644, &err), RC_LIMIT);
    assert_int_equal(os_list_dir(room->arena, room->root, &names, &err), RC_OK);
    assert_int_equal(names.n, 1);
    assert_true(os_exists(in(room, "folder/full")));
}

static void a_relative_path_works(void **state)
{
    Room *room = *state;
    Err err;
    char before[PATH_BYTES];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(room->root), 0);
    Rc rc = os_write_file_atomic("here", STR("x"), 0644, &err);
    if (rc == RC_OK)
        rc = os_mkdirs("a/b", 0755, &err);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(rc, RC_OK);
    assert_true(os_exists(in(room, "here")));
    assert_true(os_exists(in(room, "a/b")));
}

/* ---- folders ---- */

static void a_folder_is_listed_in_byte_order(void **state)
{
    Room *room = *state;
    Err err;
    OsNames names;
    put(room, "b", "");
    put(room, "B", "");
    put(room, "法", "");
    put(room, ".hidden", "");
    make(room, "a");
    assert_int_equal(os_list_dir(room->arena, room->root, &names, &err), RC_OK);
    static const char *const want[] = { ".hidden", "B", "a", "b", "法" };
    assert_int_equal(names.n, ARRAY_LEN(want));
    for (size_t i = 0; i < names.n; i++)
        assert_string_equal(names.names[i].p, want[i]);
    assert_int_equal(os_list_dir(room->arena, in(room, "b"), &names, &err), RC_INVALID);
    assert_int_equal(os_list_dir(room->arena, in(room, "none"), &names, &err), RC_NOT_FOUND);
}

static void a_name_that_is_not_utf8_is_refused(void **state)
{
    Room *room = *state;
    Err err;
    OsNames names;
    put(room, "\xff", "");
    assert_int_equal(os_list_dir(room->arena, room->root, &names, &err), RC_INVALID);
    assert_int_equal(os_list_tree(room->arena, room->root, &names, &err), RC_INVALID);
}

static void a_tree_lists_files_only_and_follows_no_link(void **state)
{
    Room *room = *state;
    Err err;
    OsNames names;
    make(room, "pack/laws/empty");
    put(room, "pack/z.yaml", "");
    put(room, "pack/laws/b.yaml", "");
    put(room, "pack/laws/a.yaml", "");
    put(room, "pack/laws.yaml", "");
    put(room, "outside", "");
    assert_int_equal(symlink("../outside", in(room, "pack/link")), 0);
    assert_int_equal(symlink("..", in(room, "pack/up")), 0);
    assert_int_equal(os_list_tree(room->arena, in(room, "pack"), &names, &err), RC_OK);
    static const char *const want[] = { "laws.yaml", "laws/a.yaml", "laws/b.yaml", "z.yaml" };
    assert_int_equal(names.n, ARRAY_LEN(want));
    for (size_t i = 0; i < names.n; i++)
        assert_string_equal(names.names[i].p, want[i]);
}

static const char *deep_path(const Room *room, int depth)
{
    Str path = str_c(in(room, "deep"));
    for (int i = 0; i < depth; i++)
        path = arena_printf(room->arena, "%.*s/d", STR_ARG(path));
    return path.p;
}

static void trees_deeper_than_the_limit_are_refused(void **state)
{
    Room *room = *state;
    Err err;
    OsNames names;
    assert_int_equal(os_mkdirs(deep_path(room, OS_DEPTH_MAX), 0755, &err), RC_OK);
    assert_int_equal(os_list_tree(room->arena, in(room, "deep"), &names, &err), RC_OK);
    assert_int_equal(names.n, 0);
    assert_int_equal(os_mkdirs(deep_path(room, OS_DEPTH_MAX + 1), 0755, &err), RC_OK);
    assert_int_equal(os_list_tree(room->arena, in(room, "deep"), &names, &err), RC_LIMIT);
    assert_int_equal(os_remove_tree(in(room, "deep"), &err), RC_LIMIT);
    assert_int_equal(os_remove_tree(in(room, "deep/d"), &err), RC_OK);
}

static void folders_are_made_with_those_above(void **state)
{
    Room *room = *state;
    Err err;
    make(room, "a//b/c/");
    assert_true(os_exists(in(room, "a/b/c")));
    make(room, "a/b/c");
    put(room, "file", "");
    assert_int_equal(os_mkdirs(in(room, "file"), 0755, &err), RC_INVALID);
    assert_int_equal(os_mkdirs(in(room, "file/under"), 0755, &err), RC_INVALID);
    assert_int_equal(os_mkdirs("", 0755, &err), RC_LIMIT);
}

static void removing_takes_all_but_what_links_point_to(void **state)
{
    Room *room = *state;
    Err err;
    make(room, "kept");
    put(room, "kept/f", "x");
    make(room, "gone/deep");
    put(room, "gone/deep/f", "x");
    assert_int_equal(symlink("../kept", in(room, "gone/link")), 0);
    assert_int_equal(os_remove_tree(in(room, "gone/"), &err), RC_OK);
    assert_false(os_exists(in(room, "gone")));
    assert_true(os_exists(in(room, "kept/f")));
    assert_int_equal(symlink("kept", in(room, "link")), 0);
    assert_int_equal(os_remove_tree(in(room, "link/"), &err), RC_OK);
    assert_false(os_exists(in(room, "link")));
    assert_true(os_exists(in(room, "kept/f")));
    assert_int_equal(os_remove_tree(in(room, "never"), &err), RC_OK);
    assert_int_equal(os_remove_tree(in(room, "never/there"), &err), RC_OK);
}

static void dangerous_removals_are_refused(void **state)
{
    Room *room = *state;
    Err err;
    static const char *const refused[] = { "", "/", "//", ".", "..", "/.", "/tmp/..", "./", "../", "a/.." };
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_int_equal(os_remove_tree(refused[i], &err), RC_INVALID);
    assert_true(os_exists(room->root));
}

/* ---- locks ---- */

static void a_lock_is_held_by_one_and_names_its_holder(void **state)
{
    Room *room = *state;
    Err err;
    OsLock lock = OS_LOCK_NONE;
    OsLock second = OS_LOCK_NONE;
    Str content;
    assert_int_equal(os_lock_file(in(room, "lock"), &lock, &err), RC_OK);
    Str id = arena_printf(room->arena, "%ld", (long)getpid());
    assert_int_equal(os_read_file(room->arena, in(room, "lock"), 99, &content, &err), RC_OK);
    assert_true(str_eq(str_trim(content), id));
    assert_int_equal(os_lock_file(in(room, "lock"), &second, &err), RC_BUSY);
    assert_int_equal(second.fd, -1);
    assert_non_null(strstr(err.text, id.p));
    os_unlock(&lock);
    os_unlock(&lock);
    assert_int_equal(os_lock_file(in(room, "lock"), &second, &err), RC_OK);
    os_unlock(&second);
}

static void a_lock_ends_with_its_process(void **state)
{
    Room *room = *state;
    Err err;
    OsLock lock = OS_LOCK_NONE;
    pid_t child = fork();
    if (child == 0)
        _exit(os_lock_file(in(room, "lock"), &lock, &err) == RC_OK ? 0 : 1);
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(os_lock_file(in(room, "lock"), &lock, &err), RC_OK);
    os_unlock(&lock);
}

/* ---- time and entropy ---- */

static void clocks_tell_time(void **state)
{
    (void)state;
    OsClock system = os_clock_system();
    assert_true(os_clock_now_ms(&system) > 1600000000000);
    int64_t now = 42;
    OsClock manual = os_clock_manual(&now);
    assert_int_equal(os_clock_now_ms(&manual), 42);
    now = 43;
    assert_int_equal(os_clock_now_ms(&manual), 43);
    int64_t before = os_monotonic_ms();
    usleep(3000);
    assert_true(os_monotonic_ms() >= before + 2);
}

static void system_entropy_differs_each_time(void **state)
{
    (void)state;
    OsEntropy entropy = os_entropy_system();
    unsigned char a[1000];
    unsigned char b[1000];
    os_entropy_fill(&entropy, a, sizeof a);
    os_entropy_fill(&entropy, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    os_entropy_fill(&entropy, a, 0);
}

static void seeded_entropy_is_the_same_everywhere(void **state)
{
    (void)state;
    OsSeeded seeded;
    OsEntropy entropy = os_entropy_seeded(&seeded, 1234567);
    unsigned char out[16];
    os_entropy_fill(&entropy, out, sizeof out);
    /* The generator's published first words for this seed, 6457827717110365317 and 3203168211198807973. */
    uint64_t words[2] = { 0 };
    for (size_t i = 0; i < sizeof out; i++)
        words[i / 8] |= (uint64_t)out[i] << (i % 8 * 8);
    assert_true(words[0] == 6457827717110365317u);
    assert_true(words[1] == 3203168211198807973u);
}

static void another_seed_gives_other_bytes_and_short_fills_start_a_word(void **state)
{
    (void)state;
    OsSeeded first;
    OsSeeded second;
    OsEntropy a = os_entropy_seeded(&first, 1);
    OsEntropy b = os_entropy_seeded(&second, 2);
    unsigned char x[24];
    unsigned char y[24];
    os_entropy_fill(&a, x, sizeof x);
    os_entropy_fill(&b, y, sizeof y);
    assert_memory_not_equal(x, y, sizeof x);
    a = os_entropy_seeded(&first, 1);
    os_entropy_fill(&a, y, 3);
    os_entropy_fill(&a, y + 8, 8);
    assert_memory_equal(x, y, 3);
    assert_memory_equal(x + 8, y + 8, 8);
}

#define ROOM_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(a_file_written_reads_back),
        ROOM_TEST(an_empty_file_reads_as_empty),
        ROOM_TEST(reading_keeps_its_limit),
        ROOM_TEST(reading_tells_what_is_wrong),
        ROOM_TEST(writing_replaces_whole_and_leaves_no_temporary),
        ROOM_TEST(a_failed_write_changes_nothing),
        ROOM_TEST(a_relative_path_works),
        ROOM_TEST(a_folder_is_listed_in_byte_order),
        ROOM_TEST(a_name_that_is_not_utf8_is_refused),
        ROOM_TEST(a_tree_lists_files_only_and_follows_no_link),
        ROOM_TEST(trees_deeper_than_the_limit_are_refused),
        ROOM_TEST(folders_are_made_with_those_above),
        ROOM_TEST(removing_takes_all_but_what_links_point_to),
        ROOM_TEST(dangerous_removals_are_refused),
        ROOM_TEST(a_lock_is_held_by_one_and_names_its_holder),
        ROOM_TEST(a_lock_ends_with_its_process),
        cmocka_unit_test(clocks_tell_time),
        cmocka_unit_test(system_entropy_differs_each_time),
        cmocka_unit_test(seeded_entropy_is_the_same_everywhere),
        cmocka_unit_test(another_seed_gives_other_bytes_and_short_fills_start_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
