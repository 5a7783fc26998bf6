#include "fixture.h"
#include <sys/socket.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; socket(AF_INET, SOCK_STREAM, 0); answer(sink, "{}"); }
