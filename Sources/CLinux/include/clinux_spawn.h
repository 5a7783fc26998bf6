/* Starting a child process with a chosen set of descriptors, and the pipes to talk to it. */
#ifndef CLD_CLINUX_SPAWN_H
#define CLD_CLINUX_SPAWN_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** A pipe whose ends are close-on-exec and above 15, so that they never meet the numbers a child is given. */
int clinux_pipe(int ends[2]);
/** O_NONBLOCK on an open description. Returns 0 or -1 with errno set. */
int clinux_nonblocking(int descriptor);
/** A duplicate of a descriptor, close-on-exec and above 15. Returns it or -1 with errno set. */
int clinux_duplicate(int descriptor);
/**
 * posix_spawn(3) of `path` in a process group of its own, with default signals and an empty signal mask.
 * The child's descriptor i is a duplicate of descriptors[i] (each must be above 15), /dev/null where that is -1.
 * Returns 0 and sets *pid, or returns an errno.
 */
int clinux_spawn(const char *path, char *const arguments[], char *const environment[], const int *descriptors,
                 size_t count, pid_t *pid);
/** Opens for reading without following a symlink at the path's end and without waiting on a fifo. */
int clinux_open_regular(const char *path);
/** Writes all bytes or returns -1. */
int clinux_write_all(int descriptor, const void *bytes, size_t count);

/** Whether this process runs with raised privileges (getauxval(AT_SECURE)): then its environment is not trusted. */
int clinux_secure(void);

#endif
