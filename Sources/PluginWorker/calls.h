/* Which system calls a driver may make: the two seccomp filters and the names for reports. */
#ifndef CLD_CALLS_H
#define CLD_CALLS_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CALLS_FILTER_MAX = 256 };

/*
 * What loading a library and running a language's runtime needs; `self` is the only process to send signals to, and
 * `open_address` the one place from which openat passes: every other open is first looked at, and so is every change of the signal mask (denial.c).
 */
size_t calls_filter_loading(struct sock_filter *filter, pid_t self, uintptr_t open_address);
/* The same without opening files and without new threads, for when everything is loaded. */
size_t calls_filter_serving(struct sock_filter *filter);

/* What the arguments of a call tell to a person. */
enum call_shape { CALL_PLAIN, CALL_PATH_FIRST, CALL_PATH_SECOND, CALL_FAMILY, CALL_TWO_NUMBERS };

struct call {
  int number;
  const char *name; /* null for a call that is not in the list */
  enum call_shape shape;
};

/* A call that drivers are likely to try. */
struct call call_look_up(int number);

#endif
