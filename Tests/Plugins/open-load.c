#include "fixture.h"
#include <fcntl.h>
__attribute__((constructor)) static void look(void) { open("/etc/passwd", O_RDONLY); }
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, "{}"); }
