/* What becomes of a system call that the filters trap: passed, failed like a missing file, or the end with a report. */
#ifndef CLD_DENIAL_H
#define CLD_DENIAL_H

#include <stdint.h>

/* Installs the reporter, before the first filter. Opens below `folders` pass while a library is loaded. */
void denial_prepare(char *const *folders, int folder_count);
/* The value of the instruction pointer in the one openat that the filter lets pass. */
uintptr_t denial_open_address(void);
/* From here on no open passes. */
void denial_serve(void);

#endif
