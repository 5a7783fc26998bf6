#define _GNU_SOURCE
#include "calls.h"

#include <errno.h>
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
    SYS_lseek, SYS_mmap, SYS_mprotect, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_rt_sigprocmask,
    SYS_rt_sigreturn, SYS_sigaltstack, SYS_futex, SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep,
    SYS_gettimeofday, SYS_nanosleep, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid,
    SYS_getegid, SYS_getrandom, SYS_getrlimit, SYS_getrusage, SYS_sched_yield, SYS_sched_getaffinity, SYS_sysinfo,
    SYS_uname, SYS_set_robust_list, SYS_set_tid_address, SYS_rseq, SYS_membarrier, SYS_restart_syscall, SYS_exit,
    SYS_exit_group, SYS_openat, SYS_readlinkat, SYS_faccessat, SYS_ppoll, SYS_getcwd, SYS_mincore,
#ifdef SYS_open
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll, SYS_time, SYS_arch_prctl,
#endif
};

/* Opening files: for loading only. */
static const int opening[] = {
    SYS_openat, SYS_openat2, SYS_memfd_create, SYS_readlinkat,
#ifdef SYS_open
    SYS_open, SYS_creat, SYS_readlink,
#endif
};

size_t calls_filter_loading(struct sock_filter *filter, pid_t self) {
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
  ADD(UNLESS(SYS_fcntl, 1), RETURN(SECCOMP_RET_ALLOW));
  ADD(RETURN(SECCOMP_RET_TRAP));
  return n;
}

size_t calls_filter_serving(struct sock_filter *filter) {
  size_t n = 0;
  ADD(LOAD(DATA(nr)));
  for (size_t i = 0; i < sizeof opening / sizeof *opening; i++)
    ADD(UNLESS(opening[i], 1), RETURN(SECCOMP_RET_TRAP));
  ADD(RETURN(SECCOMP_RET_ALLOW));
  return n;
}

const char *call_name(int number) {
  static const struct {
    int number;
    const char *name;
  } names[] = {
      {SYS_socket, "socket"}, {SYS_socketpair, "socketpair"}, {SYS_connect, "connect"}, {SYS_bind, "bind"},
      {SYS_listen, "listen"}, {SYS_accept4, "accept4"}, {SYS_sendto, "sendto"}, {SYS_execve, "execve"},
      {SYS_execveat, "execveat"}, {SYS_ptrace, "ptrace"}, {SYS_clone, "clone"}, {SYS_kill, "kill"},
      {SYS_tgkill, "tgkill"}, {SYS_openat, "openat"}, {SYS_openat2, "openat2"}, {SYS_memfd_create, "memfd_create"},
      {SYS_unlinkat, "unlinkat"}, {SYS_mkdirat, "mkdirat"}, {SYS_chdir, "chdir"}, {SYS_umask, "umask"},
      {SYS_setsid, "setsid"}, {SYS_process_vm_readv, "process_vm_readv"}, {SYS_mount, "mount"}, {SYS_bpf, "bpf"},
      {SYS_io_uring_setup, "io_uring_setup"}, {SYS_dup3, "dup3"}, {SYS_pipe2, "pipe2"}, {SYS_keyctl, "keyctl"},
      {SYS_prlimit64, "prlimit64"}, {SYS_readlinkat, "readlinkat"}, {SYS_getdents64, "getdents64"},
#ifdef SYS_open
      {SYS_open, "open"}, {SYS_fork, "fork"}, {SYS_vfork, "vfork"}, {SYS_creat, "creat"}, {SYS_unlink, "unlink"},
      {SYS_dup2, "dup2"}, {SYS_pipe, "pipe"}, {SYS_rename, "rename"}, {SYS_mkdir, "mkdir"}, {SYS_chmod, "chmod"},
      {SYS_readlink, "readlink"}, {SYS_getdents, "getdents"},
#endif
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].number == number) return names[i].name;
  return "other";
}
