#define _GNU_SOURCE
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the sink of the current call has taken. */
struct answer {
  char *bytes;
  size_t capacity, count;
  unsigned writes;
  bool is_nowhere; /* a count without bytes */
};

static struct answer answer;

static void take(void *host, cld_text json) {
  struct answer *taken = host;
  if (++taken->writes > 1) return;
  taken->count = json.count;
  taken->is_nowhere = json.bytes == NULL && json.count > 0;
  if (json.count > CLD_ANSWER_MAX || taken->is_nowhere) return;
  if (json.count > taken->capacity) {
    free(taken->bytes);
    taken->bytes = malloc(json.count);
    if (taken->bytes == NULL) _exit(WORKER_EXIT_PROTOCOL);
    taken->capacity = json.count;
  }
  if (json.count > 0) memcpy(taken->bytes, json.bytes, json.count);
}

/* Sends what the driver wrote: exactly one answer, not too long. Ends the process otherwise. */
static void reply(uint8_t kind, const char *challenge, const char *stage) {
  if (answer.writes == 0) frame_refuse(WORKER_EXIT_PROTOCOL, challenge, stage, "the driver wrote no answer");
  if (answer.writes > 1) frame_refuse(WORKER_EXIT_PROTOCOL, challenge, stage, "the driver wrote more than one answer");
  if (answer.is_nowhere) frame_refuse(WORKER_EXIT_PROTOCOL, challenge, stage, "the driver's answer is a null pointer");
  if (answer.count > CLD_ANSWER_MAX)
    frame_refuse(WORKER_EXIT_PROTOCOL, challenge, stage, "the driver's answer is longer than 1 MiB");
  frame_write(kind, answer.bytes, answer.count);
}

/* The value of "challenge" in the first frame: letters and digits, as the host makes them. */
static void read_challenge(const struct frame *frame, char *out, size_t room) {
  static const char key[] = "\"challenge\":\"";
  const char *text = memmem(frame->bytes, frame->count, key, sizeof key - 1);
  size_t length = 0;
  if (text != NULL) {
    text += sizeof key - 1;
    const char *end = (const char *)frame->bytes + frame->count;
    while (text < end && *text != '"' && *text != '\\' && length + 1 < room) out[length++] = *text++;
  }
  out[length] = 0;
}

/* Before any code of the library runs, so that nothing but the kernel has a say in it. */
static void report_cage(const struct cage *cage) {
  char json[128];
  int count = snprintf(json, sizeof json, "{\"landlock\":%d,\"seccomp\":%s,\"no_new_privileges\":%s}", cage->landlock,
                       cage->seccomp ? "true" : "false", cage->no_new_privileges ? "true" : "false");
  frame_write('c', json, (size_t)count);
}

static void report_ready(const cld_plugin *plugin, const char *challenge) {
  char name[1600], version[1600], json[4000];
  json_escape(name, sizeof name, plugin->name.bytes, plugin->name.count);
  json_escape(version, sizeof version, plugin->version.bytes, plugin->version.count);
  int count = snprintf(json, sizeof json,
                       "{\"challenge\":\"%s\",\"stage\":\"ready\",\"abi\":%u,\"name\":\"%s\",\"version\":\"%s\"}",
                       challenge, CLD_ABI_EPOCH, name, version);
  frame_write('R', json, (size_t)count);
}

int main(int argc, char **argv) {
  char *end = NULL;
  unsigned long memory_mb = argc > 1 ? strtoul(argv[1], &end, 10) : 0;
  if (argc < 2 || *end != 0 || memory_mb == 0) {
    static const char usage[] = "cld-worker: started by cld-host, with MEMORY_MB and LIBRARY_FOLDER...\n";
    (void)!write(2, usage, sizeof usage - 1);
    return WORKER_EXIT_USAGE;
  }
  struct cage cage = {0};
  fault_arm();
  cage_enter(&cage, memory_mb, argv + 2, argc - 2);
  fault_reach("worker.start");

  char challenge[128] = "";
  struct frame frame = {0};
  if (!frame_read(&frame)) return WORKER_EXIT_DONE;
  if (frame.kind == 'C') {
    report_cage(&cage);
    if (!frame_read(&frame)) return WORKER_EXIT_DONE;
  }
  if (frame.kind != 'L') _exit(WORKER_EXIT_PROTOCOL);
  read_challenge(&frame, challenge, sizeof challenge);

  fault_reach("worker.load");
  const cld_plugin *plugin = load_plugin(challenge);
  cage_close(&cage, memory_mb);
  fault_reach("worker.ready");
  report_ready(plugin, challenge);

  const cld_sink sink = {.size = sizeof sink, .host = &answer, .write = take};
  while (frame_read(&frame)) {
    answer.writes = 0;
    answer.count = 0;
    switch (frame.kind) {
      case 'D':
        plugin->describe(&sink);
        reply('d', challenge, "describe");
        break;
      case 'S':
        fault_reach("worker.step");
        plugin->step((cld_text){(const char *)frame.bytes, frame.count}, &sink);
        reply('s', challenge, "step");
        break;
      default: _exit(WORKER_EXIT_PROTOCOL);
    }
  }
  /* No destructor of the driver runs: nothing in them can matter to us. */
  _exit(WORKER_EXIT_DONE);
}
