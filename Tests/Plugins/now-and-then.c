/*
 * A driver that breaks down now and then: each of its processes does -DFAULT at its third (-DEVERY) create or delete, and works
 * until then. A new worker does better, so every operation can end well.
 */
#ifndef FIXTURE_NAME
#define FIXTURE_NAME "fixture"
#endif
#ifndef EVERY
#define EVERY 3
#endif
#define FIXTURE_DESCRIBE                                                                        \
  "{\"name\":\"" FIXTURE_NAME "\",\"version\":\"1.0.0\",\"types\":[{\"type\":\"Test::Fixture::Thing\","   \
  "\"kind\":\"resource\",\"ops\":[\"create\",\"read\",\"delete\",\"expand-resource\"]}]}"
#include "fixture.h"
#include <stdio.h>
#include <stdlib.h>

#define GARBAGE answer(sink, "{\"done\": {\"status\": \"rea")
#define LIE answer(sink, "{\"done\": {\"status\": \"ready\", \"id\": \"i-of-somebody-else\", \"attributes\": {}}}")
#define SPIN for (volatile int forever = 1; forever;)
#define CRASH abort()
#define NOTHING (void)0
#ifndef FAULT
#define FAULT GARBAGE
#endif

static int is(const char *request, const char *op) {
  char text[64];
  snprintf(text, sizeof text, "\"op\":\"%s\"", op);
  return strstr(request, text) != NULL;
}

static void step(cld_text request, const cld_sink *sink) {
  static int changes = 0;
  char *text = strndup(request.bytes, request.count);
  if (is(text, "expand-resource")) {
    answer(sink, "{\"done\":{\"status\":\"ready\",\"fragment\":{\"Resources\":{\"Thing\":{\"Type\":\"Test::Fixture::Thing\","
                 "\"Properties\":{\"Name\":\"x\"}}}}}}");
  } else if (!is(text, "read") && ++changes == EVERY) {
    FAULT;
  } else if (is(text, "delete")) {
    answer(sink, "{\"done\":{\"status\":\"absent\"}}");
  } else {
    /* The thing's id is the name that the host gave it. */
    const char *key = "\"identity\":{\"name\":\"";
    char *name = strstr(text, key);
    char out[512];
    name += strlen(key);
    snprintf(out, sizeof out, "{\"done\":{\"status\":\"ready\",\"id\":\"%.*s\",\"attributes\":{}}}", (int)strcspn(name, "\""), name);
    answer(sink, out);
  }
  free(text);
}
