/* Landlock: a constructor may not read what loading does not need. Its answer says whether it could. */
#include "fixture.h"
#include <fcntl.h>
static int file;
__attribute__((constructor)) static void look(void) { file = open("/etc/passwd", O_RDONLY); }
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, file >= 0 ? "{\"read\":true}" : "{\"read\":false}"); }
