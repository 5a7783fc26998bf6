/* A destructor that crashes: none of a driver's runs, since the worker leaves without them. */
#include "../fixture.h"
__attribute__((destructor)) static void fault(void) { *(volatile int *)8 = 1; }
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, "{}"); }
