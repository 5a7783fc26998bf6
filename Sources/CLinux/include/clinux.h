/* System calls that the Glibc overlay does not import, as plain functions. */
#ifndef CLD_CLINUX_H
#define CLD_CLINUX_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** memfd_create(2) with MFD_CLOEXEC | MFD_ALLOW_SEALING. Returns the descriptor, or -1 with errno set. */
int clinux_memfd(const char *name);
/** Seals a memfd against every further change of content and size (F_ADD_SEALS). Returns 0 or -1 with errno set. */
int clinux_seal(int descriptor);
/** What SO_PEERCRED gives (unix(7)): `struct ucred`, which Glibc does not import. */
typedef struct clinux_peer {
  int32_t pid;
  uint32_t uid;
  uint32_t gid;
} clinux_peer;
/** prctl(PR_SET_DUMPABLE, 0): no core dump and no ptrace by others. Returns 0 or -1 with errno set. */
int clinux_not_dumpable(void);
/** renameat2(2) of two paths: with `exchange` the two change places, without it nothing that exists is replaced. Returns 0 or -1 with errno set. */
int clinux_rename(const char *from, const char *to, int exchange);

#endif
