#ifndef CLD_FUZZER_H
#define CLD_FUZZER_H

#include <stddef.h>
#include <stdint.h>

/** libFuzzer's main loop ("Using libFuzzer as a library" of its documentation). */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one_input)(const uint8_t *data, size_t size));

#endif
