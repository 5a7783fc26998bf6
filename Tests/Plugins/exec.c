#include "fixture.h"
#include <unistd.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; execl("/bin/sh", "sh", (char *)0); answer(sink, "{}"); }
