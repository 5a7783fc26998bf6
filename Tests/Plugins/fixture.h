/* What the test drivers share: one type, and an answer. Each file is one driver with one fault. */
#include <string.h>

#include "cld_plugin.h"

#ifndef PLUGIN_NAME
#define PLUGIN_NAME "fixture"
#endif
#ifndef FIXTURE_DESCRIBE
#define FIXTURE_DESCRIBE                                                                        \
  "{\"name\":\"" PLUGIN_NAME "\",\"version\":\"1.0.0\",\"types\":[{\"type\":\"Test::Fixture::Thing\","   \
  "\"kind\":\"resource\",\"ops\":[\"create\",\"read\",\"delete\"]}]}"
#endif

static void answer(const cld_sink *sink, const char *json) { sink->write(sink->host, (cld_text){json, strlen(json)}); }
static void fixture_describe(const cld_sink *sink) { answer(sink, FIXTURE_DESCRIBE); }
static void step(cld_text request, const cld_sink *sink);

static const cld_plugin plugin = {.size = sizeof plugin, .abi_min = 1, .abi_max = 1, .name = {PLUGIN_NAME, sizeof PLUGIN_NAME - 1},
                                  .version = {"1.0.0", 5}, .describe = fixture_describe, .step = step};

const cld_plugin *cld_plugin_entry(uint32_t low, uint32_t high) { return low <= 1 && high >= 1 ? &plugin : 0; }
