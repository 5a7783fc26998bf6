#include "fixture.h"
#include <fcntl.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; open("/etc/hostname", O_RDONLY); answer(sink, "{}"); }
