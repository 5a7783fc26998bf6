#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A request holds what is recorded of a resource and its history; the host never sends more. */
static const size_t request_max = 64u * 1024u * 1024u;

/* Steps often follow each other closely. Where the last request came soon, the next one is looked for without sleeping for a moment;
 * where it did not, looking would cost more than the step (Spin.swift). */
static const long spin_microseconds = 50;
static const long soon_microseconds = 200;

static long microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void spin_for_request(long until) {
  struct pollfd input = {.fd = WORKER_IN, .events = POLLIN};
  while (microseconds() < until) {
    if (poll(&input, 1, 0) != 0) return;
    sched_yield();
  }
}

static bool read_all(uint8_t *bytes, size_t count, bool end_allowed) {
  size_t done = 0;
  while (done < count) {
    ssize_t got = read(WORKER_IN, bytes + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0 && done == 0 && end_allowed) return false;
    if (got <= 0) _exit(WORKER_EXIT_PROTOCOL);
    done += (size_t)got;
  }
  return true;
}

static void write_all(const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t put = write(WORKER_OUT, next, count);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) _exit(WORKER_EXIT_PROTOCOL);
    next += put;
    count -= (size_t)put;
  }
}

bool frame_read(struct frame *frame) {
  static size_t capacity;
  static bool came_soon;
  uint8_t header[8];
  long start = microseconds();
  if (came_soon) spin_for_request(start + spin_microseconds);
  if (!read_all(header, sizeof header, true)) return false;
  came_soon = microseconds() - start < soon_microseconds;
  size_t count = (size_t)header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16 | (size_t)header[3] << 24;
  if (count > request_max || header[5] || header[6] || header[7]) _exit(WORKER_EXIT_PROTOCOL);
  if (count > capacity || frame->bytes == NULL) {
    capacity = count < 4096 ? 4096 : count;
    free(frame->bytes);
    frame->bytes = malloc(capacity);
    if (frame->bytes == NULL) _exit(WORKER_EXIT_PROTOCOL);
  }
  frame->kind = header[4];
  frame->count = count;
  return read_all(frame->bytes, count, false);
}

void frame_write(uint8_t kind, const void *bytes, size_t count) {
  /* Small answers leave in one write, which is what the host's latency is made of. */
  uint8_t small[4096] = {(uint8_t)count, (uint8_t)(count >> 8), (uint8_t)(count >> 16), (uint8_t)(count >> 24), kind};
  if (count <= sizeof small - 8 && !fault_is_armed()) {
    if (count > 0) memcpy(small + 8, bytes, count);
    write_all(small, count + 8);
  } else {
    write_all(small, 8);
    if (kind == 's') fault_reach("worker.answer");
    write_all(bytes, count);
  }
}

size_t json_escape(char *out, size_t room, const char *bytes, size_t count) {
  size_t length = 0;
  for (size_t i = 0; i < count && length + 7 < room; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '"' || c == '\\') {
      out[length++] = '\\';
      out[length++] = (char)c;
    } else if (c < 0x20 || c >= 0x7f) {
      length += (size_t)snprintf(out + length, room - length, "\\u%04x", c < 0x80 ? c : '?');
    } else {
      out[length++] = (char)c;
    }
  }
  out[length] = 0;
  return length;
}

_Noreturn void frame_refuse(enum worker_exit status, const char *challenge, const char *stage, const char *error) {
  char text[1024], json[1536];
  json_escape(text, sizeof text, error, strlen(error));
  int count = snprintf(json, sizeof json, "{\"challenge\":\"%s\",\"stage\":\"%s\",\"error\":\"%s\"}", challenge, stage, text);
  frame_write('R', json, (size_t)count);
  _exit(status);
}
