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
/** The uid of the process at the other end of a unix socket (SO_PEERCRED), or -1 with errno set. */
int64_t clinux_peer_uid(int socket);
/** prctl(PR_SET_DUMPABLE, 0): no core dump and no ptrace by others. Returns 0 or -1 with errno set. */
int clinux_not_dumpable(void);

#endif
