/* fuzz.h - what a fuzz target defines: it must survive any bytes, and asserts what holds for all that are accepted. */
#ifndef YIFA_TESTS_FUZZ_H
#define YIFA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
