/* pack_check DIR - reads all files below a folder as a pack and prints what is wrong with it. Exit status: 0 when
 * nothing is, 1 when something is, 2 when the folder cannot be read. */
#include <stdio.h>
#include <time.h>

#include "law/pack_tree.h"

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: pack_check DIR\n");
        return 2;
    }
    Arena *arena = arena_new(0);
    LawFile *files;
    size_t n_files;
    if (!pack_tree_read(arena, argv[1], &files, &n_files)) {
        fprintf(stderr, "pack_check: cannot read %s\n", argv[1]);
        arena_free(arena);
        return 2;
    }
    Err err = { 0 };
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    int64_t begin = now_us();
    Rc rc = law_pack_load(arena, files, n_files, &pack, &issues, &n_issues, &err);
    int64_t spent = now_us() - begin;
    for (size_t i = 0; i < n_issues; i++) {
        const LawIssue *issue = &issues[i];
        printf("%s/%.*s:%d:%d: %.*s", argv[1], STR_ARG(issue->at.path), issue->at.line, issue->at.col,
               STR_ARG(issue->text));
        if (issue->hint.n > 0)
            printf(" (%.*s)", STR_ARG(issue->hint));
        printf("\n");
    }
    if (rc == RC_OK)
        printf("%zu files, %zu procedures, %zu rules, %zu figures: no mistakes, %lld.%lld ms\n", n_files,
               pack->n_procedures, pack->n_rules, pack->n_figures, (long long)spent / 1000,
               (long long)spent / 100 % 10);
    else
        printf("%s\n", err.text);
    arena_free(arena);
    return rc == RC_OK ? 0 : 1;
}
