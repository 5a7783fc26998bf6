/*
 * One fault in a step. Its type has the fixture's name and is made by one call, CreateSecurityGroup of EC2, so that a real cloud
 * answers; the answer to create is FAULT once the call is done, DEMAND stands for the call that is asked for.
 */
#define _GNU_SOURCE
#define FIXTURE_DESCRIBE                                                                                                  \
  "{\"name\":\"" FIXTURE_NAME "\",\"version\":\"1.0.0\",\"types\":[{\"type\":\"" FIXTURE_TYPE "\","                        \
  "\"kind\":\"resource\",\"ops\":[\"create\",\"read\",\"delete\",\"expand-resource\"]}]}"
#include "../fixture.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

static char out[4096], name[256], id[128];
static int number;
static char huge[2 << 20];

static void say(const cld_sink *sink, const char *json) { answer(sink, json); }
#define DONE(what) do { snprintf(out, sizeof out, "{\"done\":{\"status\":\"ready\",\"id\":\"%s\",\"attributes\":{}}}", what); say(sink, out); } while (0)
#define EFFECT(what) say(sink, "{\"effect\":" what "}")
static void deep(const cld_sink *sink) {
  static char text[400001];
  memset(text, '[', 200000);
  memset(text + 200000, ']', 200000);
  say(sink, text);
}
static void put(const char *bytes, size_t count) { (void)!write(4, bytes, count); }
/* The promise of a long answer, a byte at a time. */
static void drip(void) {
  put("\0\0\1\0s\0\0\0", 8);
  for (;;) {
    put(" ", 1);
    usleep(20000);
  }
}

#ifndef FAULT
#define FAULT DONE(id)
#endif
#ifndef DEMAND
#define DEMAND do { snprintf(out, sizeof out, "{\"effect\":{\"endpoint\":\"ec2\",\"call\":\"CreateSecurityGroup\",\"form\":{\"GroupName\":\"%s\",\"GroupDescription\":\"x\"}}}", name); say(sink, out); } while (0)
#endif
#ifndef READ
#define READ DONE(id)
#endif

/* The text after `key`, to the next quotation mark. */
static void find(const char *text, const char *key, char *value, size_t room) {
  const char *found = strstr(text, key);
  value[0] = 0;
  if (found != NULL) snprintf(value, room, "%.*s", (int)strcspn(found + strlen(key), "\""), found + strlen(key));
}

static void step(cld_text request, const cld_sink *sink) {
  (void)huge, (void)number, (void)deep, (void)drip;
  char *text = strndup(request.bytes, request.count);
  char op[32];
  find(text, "\"op\":\"", op, sizeof op);
  find(text, "\"identity\":{\"name\":\"", name, sizeof name);
  find(text, "\"groupId\":\"", id, sizeof id);
  if (id[0] == 0 || strcmp(op, "create") != 0) find(text, "\"current\":{\"attributes\":{},\"id\":\"", id, sizeof id);
  number++;
  if (strcmp(op, "expand-resource") == 0) {
    say(sink, "{\"done\":{\"status\":\"ready\",\"fragment\":{\"Resources\":{\"Thing\":{\"Type\":\"" FIXTURE_TYPE "\",\"Properties\":{}}}}}}");
  } else if (strcmp(op, "create") == 0) {
    if (strstr(text, "\"history\":[{") != NULL) {
      FAULT;
    } else {
      DEMAND;
    }
  } else if (strcmp(op, "read") == 0) {
    READ;
  } else if (strstr(text, "\"history\":[{") != NULL || id[0] == 0) {
    say(sink, "{\"done\":{\"status\":\"absent\"}}");
  } else {
    snprintf(out, sizeof out, "{\"effect\":{\"endpoint\":\"ec2\",\"call\":\"DeleteSecurityGroup\",\"form\":{\"GroupId\":\"%s\"}}}", id);
    say(sink, out);
  }
  free(text);
}
