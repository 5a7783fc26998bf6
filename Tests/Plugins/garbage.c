/* Writes to the answers' descriptor itself: a frame of a kind that there is not. */
#include "fixture.h"
#include <unistd.h>
static void step(cld_text request, const cld_sink *sink) { (void)request; (void)sink; (void)!write(4, "\1\0\0\0z\0\0\0!", 9); for (;;) pause(); }
