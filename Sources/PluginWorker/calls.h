/* Which system calls a driver may make: the two seccomp filters and the names for reports. */
#ifndef CLD_CALLS_H
#define CLD_CALLS_H

#include <linux/filter.h>
#include <stddef.h>
#include <sys/types.h>

enum { CALLS_FILTER_MAX = 256 };

/* What loading a library and running a language's runtime needs; `self` is the only process to send signals to. */
size_t calls_filter_loading(struct sock_filter *filter, pid_t self);
/* The same without opening files, for when everything is loaded. */
size_t calls_filter_serving(struct sock_filter *filter);
/* The name of a call that drivers are likely to try, "other" for the rest. */
const char *call_name(int number);

#endif
