#include "fixture.h"
static void step(cld_text request, const cld_sink *sink) { sink->write(sink->host, request); }
