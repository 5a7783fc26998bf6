/* What the test drivers share: one type, and an answer. Each file is one driver with one fault. */
#ifndef FIXTURE_H
#define FIXTURE_H
#include <string.h>

#include "cld_plugin.h"

/* A collection of drivers in one folder needs a name and a type for each. */
#ifndef FIXTURE_NAME
#define FIXTURE_NAME "fixture"
#endif
#ifndef FIXTURE_TYPE
#define FIXTURE_TYPE "Test::Fixture::Thing"
#endif

#ifndef FIXTURE_DESCRIBE
#define FIXTURE_DESCRIBE                                                                                 \
  "{\"name\":\"" FIXTURE_NAME "\",\"version\":\"1.0.0\",\"types\":[{\"type\":\"" FIXTURE_TYPE "\","   \
  "\"kind\":\"resource\",\"ops\":[\"create\",\"read\",\"delete\"]}]}"
#endif

static void answer(const cld_sink *sink, const char *json) { sink->write(sink->host, (cld_text){json, strlen(json)}); }
#ifndef FIXTURE_OWN_DESCRIBE
static void fixture_describe(const cld_sink *sink) { answer(sink, FIXTURE_DESCRIBE); }
#else
static void fixture_describe(const cld_sink *sink);
#endif
static void step(cld_text request, const cld_sink *sink);

#ifndef FIXTURE_OWN_ENTRY
static const cld_plugin plugin = {.size = sizeof plugin, .abi_min = 1, .abi_max = 1,
                                  .name = {FIXTURE_NAME, sizeof FIXTURE_NAME - 1}, .version = {"1.0.0", 5},
                                  .describe = fixture_describe, .step = step};

const cld_plugin *cld_plugin_entry(uint32_t low, uint32_t high) { return low <= 1 && high >= 1 ? &plugin : 0; }
#endif
#endif
