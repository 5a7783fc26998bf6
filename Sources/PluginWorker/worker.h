/*
 * cld-worker: loads one driver into a cage and steps it for the host (docs/plugin-contract.md, "The worker's frames").
 *
 *   cld-worker MEMORY_MB LIBRARY_FOLDER...
 *
 * Descriptors: 0 and 1 /dev/null, 2 standard error, 3 frames in, 4 frames out, 5 the sealed memfd of the library.
 * The numeric limits and the folders that loading may read are in argv rather than in the first frame, so that
 * the cage stands before the worker reads anything and no JSON parser is needed here.
 */
#ifndef CLD_WORKER_H
#define CLD_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cld_plugin.h"

enum { WORKER_IN = 3, WORKER_OUT = 4, WORKER_LIBRARY = 5, WORKER_LAST_DESCRIPTOR = 5 };

/* How the worker ends. The host knows these numbers (WorkerExit in module Plugins). */
enum worker_exit {
  WORKER_EXIT_DONE = 0,
  WORKER_EXIT_USAGE = 64,
  WORKER_EXIT_LOAD = 80,     /* the library or its descriptor is refused; the R frame says why */
  WORKER_EXIT_PROTOCOL = 81, /* host or driver broke the protocol; an R frame says how */
  WORKER_EXIT_DENIED = 86    /* a denied system call; standard error names it */
};

/* A request of the host. */
struct frame {
  uint8_t kind;
  uint8_t *bytes;
  size_t count;
};

/* What the kernel could do for us. */
struct cage {
  int landlock; /* the ABI version, 0 when the kernel has none */
  bool seccomp;
  bool no_new_privileges;
};

/* cage.c */
void cage_enter(struct cage *cage, unsigned long memory_mb, char *const *folders, int folder_count);
void cage_close(const struct cage *cage, unsigned long memory_mb);

/* frames.c: reads one frame; false at the end of input. Ends the process on a broken one. */
bool frame_read(struct frame *frame);
void frame_write(uint8_t kind, const void *bytes, size_t count);
/* Sends {"challenge", "stage", "error"} and ends the process. */
_Noreturn void frame_refuse(enum worker_exit status, const char *challenge, const char *stage, const char *error);
/* Appends text to a JSON string, escaped; never overflows. */
size_t json_escape(char *out, size_t room, const char *bytes, size_t count);

/* fault.c: lets the process die at a named place when the host hands on a fault of the campaign (docs/reliability.md). */
void fault_arm(void);
bool fault_is_armed(void);
void fault_reach(const char *here);

/* load.c: opens the library and checks its descriptor; ends the process when it is refused. */
const cld_plugin *load_plugin(const char *challenge);

#endif
