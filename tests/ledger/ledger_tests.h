/* ledger_tests.h - what the groups of tests in this folder share: a tree whose leaves are made up, kept in memory. */
#ifndef YIFA_TESTS_LEDGER_H
#define YIFA_TESTS_LEDGER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ledger/ledger.h"

/* Each test's *state: fresh for each test. */
typedef struct Bench {
    Arena *arena;
    Crypto *crypto;
    CryptoHash *h; /* SHA-256 */
    CryptoHash *sm3;
    LedgerHash *leaves; /* of the tree that leaf_reader and leaf_source offer */
    size_t n;
    size_t leaves_read;
} Bench;

int bench_setup(void **state);
int bench_teardown(void **state);
/* Leaf i is its number in decimal. */
void bench_grow(Bench *bench, size_t n);
/* The definition in RFC 9162, 2.1.1, word for word: slow and plain. */
void bench_root(CryptoHash *h, const LedgerHash *leaves, size_t n, LedgerHash *ret);
LedgerSource bench_source(Bench *bench); /* leaves only */
LedgerReader bench_reader(Bench *bench); /* by the definition, without tiles */

int vector_tests(const char *path);
int audit_tests(void);
int note_tests(void);
int proof_tests(void);
int tile_tests(void);
int witness_tests(void);

#define BENCH_TEST(test) cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)

#endif
