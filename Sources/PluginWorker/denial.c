/*
 * The reporter of the cage. A trapped call raises SIGSYS; the handler says on standard error what was tried, with the
 * path or the program, and ends the worker. Landlock alone would only make an open fail, and nobody would learn of it:
 * so while a library is loaded every open is looked at here first, and Landlock stands behind it all the same.
 */
#define _GNU_SOURCE
#include "denial.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "calls.h"
#include "worker.h"

/* openat as one instruction at a known place; returns what the kernel returns. */
long denial_open(long folder, const char *path, long flags, long mode);
extern const char denial_open_end[];
#if defined(__x86_64__)
__asm__(".text\n.hidden denial_open\n.hidden denial_open_end\n.type denial_open, @function\n"
        "denial_open:\nmov $257, %eax\nmov %rcx, %r10\nsyscall\ndenial_open_end:\nret\n.size denial_open, . - denial_open\n");
#else
__asm__(".text\n.hidden denial_open\n.hidden denial_open_end\n.type denial_open, %function\n"
        "denial_open:\nmov x8, #56\nsvc #0\ndenial_open_end:\nret\n.size denial_open, . - denial_open\n");
#endif

uintptr_t denial_open_address(void) { return (uintptr_t)denial_open_end; }

static char *const *folders;
static int folder_count;
static bool is_serving;
/* Where the dynamic loader lies: it looks for a library in more folders than it may read, and goes on. */
static uintptr_t loader_start, loader_end;
/* What a driver's pointer points to is copied through this pipe: the kernel answers EFAULT where we would die. */
static int copy[2] = {-1, -1};
static int copy_is_taken;

static const char *const spared[] = {
    /* Files that a language's runtime or a common library opens and does without: jansson seeds its hashes from
       /dev/urandom at the first object. They fail like a missing file. */
    "/dev/urandom", "/dev/random", "/proc/stat", "/proc/meminfo", "/proc/cpuinfo", "/proc/self/maps", "/proc/self/auxv",
    "/sys/devices/system/cpu/possible", "/sys/devices/system/cpu/online", "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
    "/etc/localtime", "/etc/locale.alias", "/usr/share/locale/locale.alias",
    "/etc/gcrypt/hwf.deny", "/proc/sys/crypto/fips_enabled", "/etc/ssl/openssl.cnf",
};

static unsigned long long argument(const ucontext_t *context, int index) {
#if defined(__x86_64__)
  static const int registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10};
  return (unsigned long long)context->uc_mcontext.gregs[registers[index]];
#else
  return context->uc_mcontext.regs[index];
#endif
}

static void give_back(ucontext_t *context, long value) {
#if defined(__x86_64__)
  context->uc_mcontext.gregs[REG_RAX] = value;
#else
  context->uc_mcontext.regs[0] = (unsigned long long)value;
#endif
}

/* Copies a text of the driver; false when it is not readable or does not end within `room`. Never faults. */
static bool copy_text(unsigned long long pointer, char *out, size_t room) {
  size_t length = 0;
  bool is_whole = false;
  while (__atomic_exchange_n(&copy_is_taken, 1, __ATOMIC_ACQUIRE)) {}
  while (!is_whole && length + 1 < room) {
    size_t part = 256 - (pointer + length) % 256; /* never across a page */
    if (part > room - 1 - length) part = room - 1 - length;
    ssize_t put = write(copy[1], (const char *)(uintptr_t)(pointer + length), part);
    if (put <= 0 || read(copy[0], out + length, (size_t)put) != put) break;
    size_t end = strnlen(out + length, (size_t)put);
    length += end;
    is_whole = end < (size_t)put;
  }
  __atomic_store_n(&copy_is_taken, 0, __ATOMIC_RELEASE);
  out[length] = 0;
  return is_whole;
}

static bool is_among(const char *path, const char *const *paths, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(path, paths[i]) == 0) return true;
  return false;
}

static bool is_below_folders(const char *path) {
  if (strstr(path, "/..") != NULL) return false;
  for (int i = 0; i < folder_count; i++) {
    size_t length = strlen(folders[i]);
    if (strncmp(path, folders[i], length) == 0 && (path[length] == '/' || path[length] == 0)) return true;
  }
  return false;
}

static bool is_open(int number) {
#ifdef SYS_open
  if (number == SYS_open) return true;
#endif
  return number == SYS_openat;
}

/* Whether the call was an open that is settled here, with its result in the registers of the interrupted call. */
static bool settle_open(const siginfo_t *info, ucontext_t *context) {
  if (!is_open(info->si_syscall)) return false;
  int first = info->si_syscall == SYS_openat ? 1 : 0;
  char path[1024];
  if (!copy_text(argument(context, first), path, sizeof path)) return false;
  if (is_among(path, spared, sizeof spared / sizeof *spared)) {
    give_back(context, -EACCES);
    return true;
  }
  uintptr_t caller = (uintptr_t)info->si_call_addr;
  if (is_serving || !(is_below_folders(path) || (caller >= loader_start && caller < loader_end))) return false;
  long folder = first == 1 ? (int)argument(context, 0) : AT_FDCWD;
  give_back(context, denial_open(folder, path, (long)argument(context, first + 1), (long)argument(context, first + 2)));
  return true;
}

/*
 * A change of the signal mask is done here, on the mask that the handler's end restores, so that the reporter's own signal
 * stays open: glibc blocks all signals around posix_spawn and system, and a trapped call would then kill without a word.
 */
static bool settle_mask(const siginfo_t *info, ucontext_t *context) {
  if (info->si_syscall != SYS_rt_sigprocmask) return false;
  int how = (int)argument(context, 0);
  const uint64_t *set = (const uint64_t *)(uintptr_t)argument(context, 1);
  uint64_t *old = (uint64_t *)(uintptr_t)argument(context, 2);
  /* The kernel's mask is the first 64 bits of glibc's. */
  uint64_t before, after;
  memcpy(&before, &context->uc_sigmask, sizeof before);
  after = before;
  if (set != NULL) {
    uint64_t given = *set & ~(1ull << (SIGSYS - 1));
    if (how == SIG_BLOCK) after |= given;
    else if (how == SIG_UNBLOCK) after &= ~given;
    else if (how == SIG_SETMASK) after = given;
    else return give_back(context, -EINVAL), true;
  }
  if (old != NULL) *old = before;
  memcpy(&context->uc_sigmask, &after, sizeof after);
  give_back(context, 0);
  return true;
}

struct line {
  char bytes[512];
  size_t count;
};

static void add(struct line *line, const char *text) {
  for (; *text != 0 && line->count + 4 < sizeof line->bytes; text++) {
    unsigned char c = (unsigned char)*text;
    line->bytes[line->count++] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
  }
}

static void add_number(struct line *line, long number) {
  char digits[24];
  int at = sizeof digits - 1;
  digits[at] = 0;
  unsigned long rest = number < 0 ? 0ul - (unsigned long)number : (unsigned long)number;
  do digits[--at] = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0) digits[--at] = '-';
  add(line, digits + at);
}

static void add_path(struct line *line, unsigned long long pointer) {
  char path[384];
  bool is_whole = copy_text(pointer, path, sizeof path);
  if (!is_whole && path[0] == 0) return add(line, "(a path that cannot be read)");
  add(line, "(\"");
  add(line, path);
  add(line, is_whole ? "\")" : "...\")");
}

static const char *family_name(int family) {
  switch (family) {
    case AF_UNIX: return "AF_UNIX";
    case AF_INET: return "AF_INET";
    case AF_INET6: return "AF_INET6";
    case AF_NETLINK: return "AF_NETLINK";
    case AF_PACKET: return "AF_PACKET";
    default: return NULL;
  }
}

/* The call as a person would write it: openat("/etc/shadow"), socket(AF_INET), kill(1, 9). */
static void add_call(struct line *line, const siginfo_t *info, const ucontext_t *context) {
  struct call call = call_look_up(info->si_syscall);
  if (call.name == NULL) {
    add(line, "number ");
    return add_number(line, info->si_syscall);
  }
  add(line, call.name);
  switch (call.shape) {
    case CALL_PLAIN: break;
    case CALL_PATH_FIRST: add_path(line, argument(context, 0)); break;
    case CALL_PATH_SECOND: add_path(line, argument(context, 1)); break;
    case CALL_FAMILY: {
      const char *family = family_name((int)argument(context, 0));
      add(line, "(");
      if (family != NULL) add(line, family);
      else add_number(line, (int)argument(context, 0));
      add(line, ")");
      break;
    }
    case CALL_TWO_NUMBERS:
      add(line, "(");
      add_number(line, (int)argument(context, 0));
      add(line, ", ");
      add_number(line, (int)argument(context, 1));
      add(line, ")");
      break;
  }
}

/* Async-signal-safe: it runs in the middle of whatever the driver did. */
static void denied(int signal, siginfo_t *info, void *context) {
  (void)signal;
  int kept = errno;
  if (settle_open(info, context) || settle_mask(info, context)) {
    errno = kept;
    return;
  }
  struct line line = {.count = 0};
  /* A line of its own, whatever the driver wrote before. */
  add(&line, "cld-worker: denied system call ");
  add_call(&line, info, context);
  line.bytes[line.count++] = '\n';
  (void)!write(2, "\n", 1);
  (void)!write(2, line.bytes, line.count);
  _exit(WORKER_EXIT_DENIED);
}

static void find_loader(void) {
  uintptr_t base = getauxval(AT_BASE);
  if (base == 0) return;
  const Elf64_Ehdr *file = (const Elf64_Ehdr *)base;
  const Elf64_Phdr *headers = (const Elf64_Phdr *)(base + file->e_phoff);
  loader_start = base;
  for (int i = 0; i < file->e_phnum; i++)
    if (headers[i].p_type == PT_LOAD && base + headers[i].p_vaddr + headers[i].p_memsz > loader_end)
      loader_end = base + headers[i].p_vaddr + headers[i].p_memsz;
}

void denial_prepare(char *const *readable, int count) {
  folders = readable;
  folder_count = count;
  find_loader();
  (void)!pipe2(copy, O_CLOEXEC | O_NONBLOCK);
  struct sigaction action = {.sa_sigaction = denied, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);
}

void denial_serve(void) { is_serving = true; }
