/* Makes a demonstration, or random data, in a folder, and says how it went.
 *
 *   make_demo PACK FOLDER [SEED]            the year
 *   make_demo PACK FOLDER SEED random N     N random acts */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo/demo.h"

static void print_report(const RunReport *r)
{
    static const char *const names[] = { "done", "repeated", "refused", "invalid", "stale", "failed" };
    printf("planned %zu, passed over %zu, orphans %zu, batches %zu, matters fired by sweeps %zu\n", r->planned,
           r->passed_over, r->orphans, r->batches, r->fired);
    for (size_t i = 0; i <= ANSWER_FAILED; i++)
        printf("%-9s %zu\n", names[i], r->answers[i]);
    printf("refusals that were planned: %zu\n", r->expected_refusals);
    for (size_t i = 0; i < r->n_troubles; i++)
        printf("  %s: %s\n", r->troubles[i].act, r->troubles[i].text);
}

int main(int argc, char **argv)
{
    Err err = { 0 };
    RunReport report = { 0 };
    if (argc < 3) {
        fputs("usage: make_demo PACK FOLDER [SEED [random N]]\n", stderr);
        return 2;
    }
    DemoOptions options = { .pack = argv[1],
                            .data = argv[2],
                            .seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 0,
                            .reproducible = true,
                            .progress = stderr,
                            .report = &report };
    Rc rc = argc > 5 && strcmp(argv[4], "random") == 0 ? demo_random_run(&options, strtoull(argv[5], NULL, 10), &err)
                                                       : demo_run(&options, &err);
    if (rc != RC_OK) {
        fprintf(stderr, "%s: %s\n", err.place, err.text);
        return 1;
    }
    print_report(&report);
    return 0;
}
