#define _GNU_SOURCE
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "cld-worker knows the system calls of x86_64 and aarch64"
#endif

#define DATA(member) offsetof(struct seccomp_data, member)
/* The lower half of an argument; both platforms are little-endian. */
#define ARGUMENT(index) ((unsigned)(DATA(args) + 8 * (index)))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(offset))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, (skip))

/* Allowed whatever their arguments are. What is not here is denied and reported. */
static const int allowed[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_close, SYS_fstat, SYS_newfstatat, SYS_statx,
    SYS_lseek, SYS_mmap, SYS_mprotect, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk,
    SYS_rt_sigreturn, SYS_sigaltstack, SYS_futex, SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep,
    SYS_gettimeofday, SYS_nanosleep, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid,
    SYS_getegid, SYS_getrandom, SYS_getrlimit, SYS_getrusage, SYS_sched_yield, SYS_sched_getaffinity, SYS_sysinfo,
    SYS_uname, SYS_set_robust_list, SYS_set_tid_address, SYS_rseq, SYS_membarrier, SYS_restart_syscall, SYS_exit,
    SYS_exit_group, SYS_readlinkat, SYS_faccessat, SYS_ppoll, SYS_getcwd, SYS_mincore,
#ifdef SYS_open
    SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll, SYS_pause, SYS_time, SYS_arch_prctl,
#endif
};

/* Opening files, starting threads and further filters: for loading only. */
static const int loading[] = {
    SYS_openat, SYS_readlinkat, SYS_clone, SYS_seccomp,
#ifdef SYS_open
    SYS_readlink,
#endif
};

size_t calls_filter_loading(struct sock_filter *filter, pid_t self, uintptr_t open_address) {
  size_t n = 0;
#define ADD(...)                                          \
  do {                                                    \
    struct sock_filter more[] = {__VA_ARGS__};            \
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) filter[n++] = more[i]; \
  } while (0)
  ADD(LOAD(DATA(arch)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
      LOAD(DATA(nr)));
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    ADD(UNLESS(allowed[i], 1), RETURN(SECCOMP_RET_ALLOW));
  ADD(UNLESS(SYS_openat, 6), LOAD(DATA(instruction_pointer)), UNLESS((uint32_t)open_address, 3),
      LOAD(DATA(instruction_pointer) + 4), UNLESS((uint32_t)((uint64_t)open_address >> 32), 1), RETURN(SECCOMP_RET_ALLOW),
      RETURN(SECCOMP_RET_TRAP));
  /* Threads, which runtimes start, but no process. glibc falls back to clone, whose flags can be read here. */
  ADD(UNLESS(SYS_clone3, 1), RETURN(SECCOMP_RET_ERRNO | ENOSYS));
  ADD(UNLESS(SYS_clone, 4), LOAD(ARGUMENT(0)), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
      RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP));
  /* abort() and raise(). */
  ADD(UNLESS(SYS_tgkill, 4), LOAD(ARGUMENT(0)), UNLESS(self, 1), RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP));
  ADD(UNLESS(SYS_kill, 4), LOAD(ARGUMENT(0)), UNLESS(self, 1), RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP));
  /* Every handler but the one that reports denials. */
  ADD(UNLESS(SYS_rt_sigaction, 4), LOAD(ARGUMENT(0)), UNLESS(SIGSYS, 1), RETURN(SECCOMP_RET_ERRNO | EPERM),
      RETURN(SECCOMP_RET_ALLOW));
  /* Limits of this process only; without capabilities they only go down. */
  ADD(UNLESS(SYS_prlimit64, 4), LOAD(ARGUMENT(0)), UNLESS(0, 1), RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP));
  ADD(UNLESS(SYS_setrlimit, 1), RETURN(SECCOMP_RET_ALLOW));
  /* The second filter. A driver that adds one of its own only binds itself further. */
  ADD(UNLESS(SYS_seccomp, 1), RETURN(SECCOMP_RET_ALLOW));
  /* Names of threads and of mappings are harmless; anything else of prctl and ioctl (isatty) fails quietly. */
  ADD(UNLESS(SYS_prctl, 1), RETURN(SECCOMP_RET_ERRNO | EINVAL));
  ADD(UNLESS(SYS_ioctl, 1), RETURN(SECCOMP_RET_ERRNO | ENOTTY));
  /* Questions only: with F_SETOWN and F_SETSIG a pipe sends any signal to any process of this user. */
  ADD(UNLESS(SYS_fcntl, 7), LOAD(ARGUMENT(1)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_GETFD, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETFD, 2, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_GETFL, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_GET_SEALS, 0, 1), RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP));
  ADD(RETURN(SECCOMP_RET_TRAP));
  return n;
}

size_t calls_filter_serving(struct sock_filter *filter) {
  size_t n = 0;
  ADD(LOAD(DATA(nr)));
  for (size_t i = 0; i < sizeof loading / sizeof *loading; i++)
    ADD(UNLESS(loading[i], 1), RETURN(SECCOMP_RET_TRAP));
  ADD(RETURN(SECCOMP_RET_ALLOW));
  return n;
}

struct call call_look_up(int number) {
  static const struct call calls[] = {
      {SYS_socket, "socket", CALL_FAMILY}, {SYS_socketpair, "socketpair", CALL_FAMILY}, {SYS_connect, "connect", CALL_PLAIN},
      {SYS_bind, "bind", CALL_PLAIN}, {SYS_listen, "listen", CALL_PLAIN}, {SYS_accept4, "accept4", CALL_PLAIN},
      {SYS_sendto, "sendto", CALL_PLAIN}, {SYS_execve, "execve", CALL_PATH_FIRST}, {SYS_execveat, "execveat", CALL_PATH_SECOND},
      {SYS_ptrace, "ptrace", CALL_TWO_NUMBERS}, {SYS_clone, "clone", CALL_PLAIN}, {SYS_kill, "kill", CALL_TWO_NUMBERS},
      {SYS_tkill, "tkill", CALL_TWO_NUMBERS}, {SYS_tgkill, "tgkill", CALL_TWO_NUMBERS},
      {SYS_rt_sigqueueinfo, "rt_sigqueueinfo", CALL_TWO_NUMBERS}, {SYS_pidfd_open, "pidfd_open", CALL_TWO_NUMBERS},
      {SYS_openat, "openat", CALL_PATH_SECOND}, {SYS_openat2, "openat2", CALL_PATH_SECOND},
      {SYS_memfd_create, "memfd_create", CALL_PATH_FIRST}, {SYS_unlinkat, "unlinkat", CALL_PATH_SECOND},
      {SYS_mkdirat, "mkdirat", CALL_PATH_SECOND}, {SYS_fchmodat, "fchmodat", CALL_PATH_SECOND},
      {SYS_renameat2, "renameat2", CALL_PATH_SECOND}, {SYS_truncate, "truncate", CALL_PATH_FIRST},
      {SYS_chdir, "chdir", CALL_PATH_FIRST}, {SYS_chroot, "chroot", CALL_PATH_FIRST}, {SYS_umask, "umask", CALL_PLAIN},
      {SYS_setsid, "setsid", CALL_PLAIN}, {SYS_setpgid, "setpgid", CALL_TWO_NUMBERS}, {SYS_setuid, "setuid", CALL_PLAIN},
      {SYS_process_vm_readv, "process_vm_readv", CALL_TWO_NUMBERS},
      {SYS_process_vm_writev, "process_vm_writev", CALL_TWO_NUMBERS}, {SYS_mount, "mount", CALL_PATH_FIRST},
      {SYS_unshare, "unshare", CALL_PLAIN}, {SYS_bpf, "bpf", CALL_PLAIN}, {SYS_perf_event_open, "perf_event_open", CALL_PLAIN},
      {SYS_io_uring_setup, "io_uring_setup", CALL_PLAIN}, {SYS_userfaultfd, "userfaultfd", CALL_PLAIN},
      {SYS_fcntl, "fcntl", CALL_TWO_NUMBERS}, {SYS_dup, "dup", CALL_PLAIN}, {SYS_dup3, "dup3", CALL_TWO_NUMBERS},
      {SYS_pipe2, "pipe2", CALL_PLAIN}, {SYS_keyctl, "keyctl", CALL_PLAIN}, {SYS_shmget, "shmget", CALL_PLAIN},
      {SYS_prlimit64, "prlimit64", CALL_TWO_NUMBERS}, {SYS_readlinkat, "readlinkat", CALL_PATH_SECOND},
      {SYS_getdents64, "getdents64", CALL_PLAIN}, {SYS_seccomp, "seccomp", CALL_PLAIN},
#ifdef SYS_open
      {SYS_open, "open", CALL_PATH_FIRST}, {SYS_fork, "fork", CALL_PLAIN}, {SYS_vfork, "vfork", CALL_PLAIN},
      {SYS_creat, "creat", CALL_PATH_FIRST}, {SYS_unlink, "unlink", CALL_PATH_FIRST}, {SYS_dup2, "dup2", CALL_TWO_NUMBERS},
      {SYS_pipe, "pipe", CALL_PLAIN}, {SYS_rename, "rename", CALL_PATH_FIRST}, {SYS_mkdir, "mkdir", CALL_PATH_FIRST},
      {SYS_chmod, "chmod", CALL_PATH_FIRST}, {SYS_symlink, "symlink", CALL_PATH_FIRST},
      {SYS_readlink, "readlink", CALL_PATH_FIRST}, {SYS_getdents, "getdents", CALL_PLAIN}, {SYS_alarm, "alarm", CALL_PLAIN},
#endif
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].number == number) return calls[i];
  return (struct call){.number = number};
}
