/* One fault in describe: it runs FAULT. */
#define FIXTURE_OWN_DESCRIBE
#include "../fixture.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

static char huge[2 << 20];
static inline void crash(void) { *(volatile int *)8 = 1; }
static inline void say(const cld_sink *sink, const char *json) { answer(sink, json); }
/* The same object with these types. */
#define TYPES(types) say(sink, "{\"name\":\"" FIXTURE_NAME "\",\"version\":\"1.0.0\",\"types\":" types "}")
#define THING(kind, ops) "{\"type\":\"" FIXTURE_TYPE "\",\"kind\":\"" kind "\",\"ops\":" ops "}"
#define OPS "[\"create\",\"read\",\"delete\"]"
/* What the other drivers say. */
#define RIGHT TYPES("[" THING("resource", OPS) "]")

static void deep(const cld_sink *sink) {
  static char text[400001];
  memset(text, '[', 200000);
  memset(text + 200000, ']', 200000);
  say(sink, text);
}
static inline void put(const char *bytes, size_t count) { (void)!write(4, bytes, count); }

static void fixture_describe(const cld_sink *sink) {
  (void)huge;
  FAULT;
}
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, "{}"); }
