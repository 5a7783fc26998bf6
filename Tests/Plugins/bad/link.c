/* What the dynamic linker meets: a symbol that nobody has, an indirect function that crashes. */
#include "../fixture.h"
#ifdef UNDEFINED_FUNCTION
extern int nobody_has_this_function(void);
static void step(cld_text request, const cld_sink *sink) { (void)request; if (nobody_has_this_function()) answer(sink, "{}"); }
#elif defined UNDEFINED_DATA
extern int nobody_has_this_value;
static void step(cld_text request, const cld_sink *sink) { (void)request; if (nobody_has_this_value) answer(sink, "{}"); }
#else
static int real(void) { return 1; }
static int (*resolve(void))(void) { *(volatile int *)8 = 1; return real; }
int indirect(void) __attribute__((ifunc("resolve")));
static void step(cld_text request, const cld_sink *sink) { (void)request; if (indirect()) answer(sink, "{}"); }
#endif
