/* The sequencer: many threads, one order, nothing lost. Run under the thread sanitizer too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>

#include "app/check.h"
#include "app/fixture.h"
#include "app/sequencer.h"

enum { THREADS = 8, ACTS = 25 };

typedef struct Submitter {
    Sequencer *sequencer;
    int done;
    int busy;
} Submitter;

static Json appeal(Arena *arena)
{
    Json form = json_obj();
    json_add(arena, &form, STR("place"), json_c("road 1"));
    json_add(arena, &form, STR("description"), json_c("noise"));
    json_add(arena, &form, STR("category"), json_c("noise"));
    return form;
}

static void *submit(void *arg)
{
    Submitter *s = arg;
    for (int i = 0; i < ACTS; i++) {
        Arena *arena = arena_new(0);
        ActResult result = { 0 };
        Err err = { 0 };
        ActRequest request = {
            .actor = ACTOR_PUBLIC, .procedure = STR("appeal"), .act = STR("submit"), .form = appeal(arena)
        };
        Rc rc = sequencer_perform(s->sequencer, &request, arena, &result, &err);
        s->done += rc == RC_OK && result.answer == ANSWER_DONE;
        s->busy += rc == RC_BUSY;
        arena_free(arena);
    }
    return NULL;
}

static void every_thread_gets_its_answers(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    Sequencer *sequencer = NULL;
    pthread_t threads[THREADS];
    Submitter submitters[THREADS];
    office_open(&o);
    assert_int_equal(sequencer_start(o.app, &(SequencerOptions){ 0 }, &sequencer, &err), RC_OK);
    for (int i = 0; i < THREADS; i++) {
        submitters[i] = (Submitter){ .sequencer = sequencer };
        assert_int_equal(pthread_create(&threads[i], NULL, submit, &submitters[i]), 0);
    }
    int done = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        done += submitters[i].done;
        assert_int_equal(submitters[i].busy, 0);
    }
    sequencer_stop(sequencer);
    assert_int_equal(done, THREADS * ACTS);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter"), THREADS * ACTS);
    office_close(&o);
}

static void count_answer(void *ctx, const ActResult *result)
{
    int *done = ctx;
    *done += result->answer == ANSWER_DONE;
}

static void what_is_queued_is_performed_before_it_stops(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    Sequencer *sequencer = NULL;
    int queued = 0;
    int done = 0;
    office_open(&o);
    assert_int_equal(sequencer_start(o.app, &(SequencerOptions){ 0 }, &sequencer, &err), RC_OK);
    ActRequest request = {
        .actor = ACTOR_PUBLIC, .procedure = STR("appeal"), .act = STR("submit"), .form = appeal(o.arena)
    };
    for (int i = 0; i < 3 * SEQUENCER_ACTS_MAX; i++)
        queued += sequencer_submit(sequencer, &request, count_answer, &done, &err) == RC_OK;
    sequencer_stop(sequencer);
    assert_true(queued > 0);
    assert_int_equal(done, queued);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter"), queued);
    office_close(&o);
}

static Rc answer_42(App *app, void *ctx, Err *err)
{
    (void)app;
    (void)err;
    int *out = ctx;
    *out = 42;
    return RC_OK;
}

static void a_job_runs_on_the_writers_thread(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    Sequencer *sequencer = NULL;
    int answer = 0;
    office_open(&o);
    assert_int_equal(sequencer_start(o.app, &(SequencerOptions){ 0 }, &sequencer, &err), RC_OK);
    assert_int_equal(sequencer_run(sequencer, answer_42, &answer, &err), RC_OK);
    assert_int_equal(answer, 42);
    sequencer_stop(sequencer);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_thread_gets_its_answers),
        cmocka_unit_test(what_is_queued_is_performed_before_it_stops),
        cmocka_unit_test(a_job_runs_on_the_writers_thread),
    };
    return cmocka_run_group_tests_name("sequencer", tests, NULL, NULL);
}
