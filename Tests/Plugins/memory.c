#include "fixture.h"
#include <stdlib.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, malloc((size_t)512 << 20) ? "{\"got\":true}" : "{\"got\":false}"); }
