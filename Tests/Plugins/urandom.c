/* What jansson does at its first object: the open fails, and the driver goes on. */
#include "fixture.h"
#include <fcntl.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, open("/dev/urandom", O_RDONLY) < 0 ? "{\"opened\":false}" : "{\"opened\":true}"); }
