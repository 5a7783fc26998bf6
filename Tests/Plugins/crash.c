#include "fixture.h"
static void step(cld_text request, const cld_sink *sink) { (void)request; (void)sink; *(volatile int *)8 = 1; }
