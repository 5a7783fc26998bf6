/*
 * The cage: limits, no privileges, Landlock and two seccomp filters. All of it stands before dlopen, so that
 * not even a constructor of the library runs outside of it; the second filter follows when everything is loaded.
 */
#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "denial.h"

/* /proc/self/statm, opened before Landlock closes /proc; the size of what was loaded is read from it later. */
static int statm = -1;

static void limit(int resource, rlim_t value) {
  struct rlimit limit = {value, value};
  setrlimit(resource, &limit);
}

/* The least that loading may take before the real limit is set from what it took. */
static const rlim_t loading_room = (rlim_t)1 << 30;
/* What the data of a language's runtime takes beyond the driver's own, generously. */
static const rlim_t loading_data = (rlim_t)128 << 20;

static int landlock_enter(char *const *folders, int count) {
  int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return 0;
  /* ABI 1 has the rights 0 to 12; 2 adds REFER (13), 3 TRUNCATE (14), 5 IOCTL_DEV (15). */
  uint64_t handled = (1u << 13) - 1;
  if (abi >= 2) handled |= 1u << 13;
  if (abi >= 3) handled |= 1u << 14;
  if (abi >= 5) handled |= 1u << 15;
  /* Beyond files: 4 adds TCP, 6 adds abstract sockets and signals to processes outside. Older headers lack the members. */
  struct {
    uint64_t files, network, scoped;
  } rules = {.files = handled, .network = abi >= 4 ? 3 : 0, .scoped = abi >= 6 ? 3 : 0};
  size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) return 0;
  for (int i = 0; i < count; i++) {
    int folder = open(folders[i], O_PATH | O_CLOEXEC);
    if (folder < 0) continue; /* not every folder of the list exists on every system */
    struct landlock_path_beneath_attr below = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE,
        .parent_fd = folder};
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0) != 0) {
      /* A plain file, such as /etc/ld.so.cache, takes no right to list. */
      below.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
      syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
    }
    close(folder);
  }
  long entered = syscall(SYS_landlock_restrict_self, ruleset, 0);
  close(ruleset);
  return entered == 0 ? abi : 0;
}

/* For all threads: one that a constructor started must not keep what only loading may do. */
static bool seccomp_enter(struct sock_filter *filter, size_t count) {
  struct sock_fprog program = {.len = (unsigned short)count, .filter = filter};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

void cage_enter(struct cage *cage, unsigned long memory_mb, char *const *folders, int folder_count) {
  close_range(WORKER_LAST_DESCRIPTOR + 1, ~0u, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 64);
  limit(RLIMIT_MEMLOCK, 0);
  limit(RLIMIT_MSGQUEUE, 0);
  limit(RLIMIT_AS, loading_room + ((rlim_t)memory_mb << 20));
  /* What loading may write to; code and reserved addresses count in RLIMIT_AS alone. */
  limit(RLIMIT_DATA, loading_data + ((rlim_t)memory_mb << 20));

  /* As root the limits could be raised again and files of others be read: give up every capability. */
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  syscall(SYS_capset, &header, none);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  cage->no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  denial_prepare(folders, folder_count);

  cage->landlock = landlock_enter(folders, folder_count);
  struct sock_filter filter[CALLS_FILTER_MAX];
  cage->seccomp = seccomp_enter(filter, calls_filter_loading(filter, getpid(), denial_open_address()));
}

void cage_close(const struct cage *cage, unsigned long memory_mb) {
  /* The limit counts from what the code itself takes: a Swift runtime is larger than a driver in C. */
  char text[64] = "";
  if (statm >= 0 && pread(statm, text, sizeof text - 1, 0) > 0) {
    rlim_t pages = strtoul(text, NULL, 10);
    limit(RLIMIT_AS, pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)memory_mb << 20));
  }
  if (statm >= 0) close(statm);
  close(WORKER_LIBRARY);
  denial_serve();
  if (!cage->seccomp) return;
  struct sock_filter filter[CALLS_FILTER_MAX];
  if (!seccomp_enter(filter, calls_filter_serving(filter))) _exit(WORKER_EXIT_LOAD);
}
