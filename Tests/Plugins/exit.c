#include "fixture.h"
#include <stdlib.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; (void)sink; exit(0); }
