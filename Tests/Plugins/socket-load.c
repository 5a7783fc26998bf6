#include "fixture.h"
#include <sys/socket.h>
__attribute__((constructor)) static void dial(void) { socket(AF_INET, SOCK_STREAM, 0); }
static void step(cld_text request, const cld_sink *sink) { (void)request; answer(sink, "{}"); }
