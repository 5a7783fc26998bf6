/* One fault in what the entry returns: it runs FAULT on a good descriptor before it is given away. */
#define FIXTURE_OWN_ENTRY
#include "../fixture.h"
#include <stdlib.h>

static cld_plugin plugin = {.size = sizeof plugin, .abi_min = 1, .abi_max = 1, .name = {FIXTURE_NAME, sizeof FIXTURE_NAME - 1},
                            .version = {"1.0.0", 5}, .describe = fixture_describe, .step = step};

const cld_plugin *cld_plugin_entry(uint32_t low, uint32_t high) {
  (void)low, (void)high;
  FAULT;
  return &plugin;
}
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, "{}"); }
