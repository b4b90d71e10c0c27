#include "fault/trial.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORK_BEFORE = 3, FILE_BYTES_MAX = 64 << 20 };

static int pipe_end = -1; /* in the child */

static void must(Rc rc, const Err *err)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "trial: %s %s\n", err->place, err->text);
    exit(2);
}

void trial_init(Trial *t, const char *name)
{
    Office o;
    Err err = { 0 };
    char what[64];
    *t = (Trial){ 0 };
    snprintf(what, sizeof what, "%s-template", name);
    office_place(t->template, sizeof t->template, what);
    office_place(t->folder, sizeof t->folder, name);
    office_init(&o, t->template, SEED_START);
    must(os_mkdirs(t->template, 0750, &err), &err);
    must(office_create(&o, &err), &err);
    must(office_open(&o, &err), &err);
    for (unsigned i = 0; i < WORK_BEFORE; i++)
        must(office_work(&o, i, &err), &err);
    t->acks = calloc(OFFICE_ACKS_MAX, sizeof *t->acks);
    assert(t->acks);
    memcpy(t->acks, o.acks, o.n_acks * sizeof *o.acks);
    t->n_before = o.n_acks;
    office_clear(&o);
}

void trial_clear(Trial *t)
{
    office_remove(t->template);
    free(t->acks);
}

static void copy_office(const Trial *t)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    OsNames files;
    Str bytes;
    Err err = { 0 };
    must(os_list_tree(arena, t->template, &files, &err), &err);
    for (size_t i = 0; i < files.n; i++) {
        Str from = arena_printf(arena, "%s/%s", t->template, files.names[i].p);
        Str to = arena_printf(arena, "%s/%s", t->folder, files.names[i].p);
        char *parent = arena_c(arena, to);
        *strrchr(parent, '/') = '\0';
        must(os_mkdirs(parent, 0755, &err), &err);
        must(os_read_file(arena, from.p, FILE_BYTES_MAX, &bytes, &err), &err);
        FILE *file = fopen(to.p, "wb");
        assert(file);
        assert(bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, file) == bytes.n);
        assert(fclose(file) == 0);
    }
}

void trial_acknowledge(const Ack *ack, size_t number)
{
    (void)number;
    if (write(pipe_end, ack, sizeof *ack) != (ssize_t)sizeof *ack)
        _exit(2);
}

static void gather(Trial *t, int fd)
{
    Ack ack;
    t->n = t->n_before;
    while (read(fd, &ack, sizeof ack) == (ssize_t)sizeof ack) {
        assert(t->n < OFFICE_ACKS_MAX);
        t->acks[t->n++] = ack;
    }
}

static TrialEnd end_of(int status)
{
    if (WIFEXITED(status))
        return (TrialEnd)WEXITSTATUS(status);
    if (WTERMSIG(status) == SIGABRT)
        return TRIAL_STOPPED;
    printf("the process ended by signal %d\n", WTERMSIG(status));
    return TRIAL_WRONG;
}

TrialEnd trial_run(Trial *t, TrialBody *body, void *ctx, bool quiet)
{
    int ends[2];
    int status = 0;
    copy_office(t);
    assert(pipe(ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        close(ends[0]);
        pipe_end = ends[1];
        if (quiet)
            dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        _exit((int)body(t, ctx));
    }
    close(ends[1]);
    gather(t, ends[0]);
    close(ends[0]);
    assert(waitpid(child, &status, 0) == child);
    return end_of(status);
}

bool trial_check(Trial *t, const char *what, size_t n)
{
    OfficeFound found;
    bool good = office_check(t->folder, t->acks, t->n, &found);
    if (!good)
        printf("%s, call %zu: %zu acknowledged, then: %s\n", what, n, t->n - t->n_before, found.text);
    office_remove(t->folder);
    return good;
}
