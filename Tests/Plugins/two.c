#include "fixture.h"
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, "{}"); answer(sink, "{}"); }
