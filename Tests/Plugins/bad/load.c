/* One fault while the library is loaded: the constructor runs FAULT, each of which is one line of the collection. */
#define _GNU_SOURCE
#include "../fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

/* The compiler must not see through what is meant to be wrong. */
static volatile int *volatile nowhere = (int *)8;
static volatile int zero = 0;

static inline void crash(void) { *nowhere = 1; }
static inline void spin(void) { for (volatile long i = 0;; i++) {} }
static int overflow(volatile char *above) {
  volatile char frame[4096];
  frame[0] = above == NULL ? 0 : above[0];
  return overflow(frame) + frame[0];
}
static inline void exhaust(void) {
  for (;;) memset(malloc(1 << 20), 1, 1 << 20);
}
static inline void close_all(void) {
  for (int descriptor = 0; descriptor < 1024; descriptor++) close(descriptor);
}
static inline void ignore(int number) { signal(number, SIG_IGN); }
static inline void ignore_all_and_spin(void) {
  for (int number = 1; number < 64; number++) signal(number, SIG_IGN);
  spin();
}
static inline void block_all_and(void (*then)(void)) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  then();
}
static inline void dial(void) { socket(AF_INET, SOCK_STREAM, 0); }
static void *crash_later(void *unused) {
  usleep(50000);
  crash();
  return unused;
}
static void *sleep_on(void *unused) {
  for (;;) pause();
  return unused;
}
static inline void start_thread(void *(*body)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, NULL);
  pthread_detach(thread);
}
static inline void put(int descriptor, const char *bytes, size_t count) { (void)!write(descriptor, bytes, count); }
static inline void noise(void) {
  for (int i = 0; i < 4000; i++) {
    put(1, "noise\n", 6);
    put(2, "noise on standard error\n", 24);
  }
}
/* A report as the worker would write it, without knowing the challenge. */
static inline void forge(const char *json) {
  unsigned char header[8] = {(unsigned char)strlen(json), 0, 0, 0, 'R'};
  put(4, (char *)header, 8);
  put(4, json, strlen(json));
}
static inline void forge_and_exit(const char *json) {
  forge(json);
  _exit(0);
}
/* The promise of a long report, a byte at a time. */
static inline void drip(void) {
  put(4, "\0\0\1\0R\0\0\0", 8);
  for (;;) {
    put(4, " ", 1);
    usleep(20000);
  }
}
static inline void own_signal(void) {
  fcntl(3, F_SETOWN, getppid());
  fcntl(3, F_SETSIG, SIGKILL);
  fcntl(3, F_SETFL, O_ASYNC);
}
static inline void run(const char *program) { execl(program, program, "-c", "id", (char *)0); }

__attribute__((constructor)) static void fault(void) {
  (void)zero;
  FAULT;
}

static void step(cld_text request, const cld_sink *sink) {
  (void)request;
  answer(sink, "{}");
}
