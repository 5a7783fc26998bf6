/* The entry is there in name only. */
#include <stdint.h>
#ifdef DATA
int cld_plugin_entry = 1;
#elif defined HIDDEN
__attribute__((visibility("hidden"))) const void *cld_plugin_entry(uint32_t low, uint32_t high) { return low > high ? "" : 0; }
int other(void) { return 1; }
#elif defined STATIC
static const void *cld_plugin_entry(uint32_t low, uint32_t high) { return low > high ? "" : 0; }
const void *other(void) { return cld_plugin_entry(1, 1); }
#elif defined WEAK
__attribute__((weak)) const void *cld_plugin_entry(uint32_t low, uint32_t high) { return low > high ? "" : 0; }
#elif defined UNDEFINED
extern const void *cld_plugin_entry(uint32_t low, uint32_t high);
const void *other(void) { return cld_plugin_entry(1, 1); }
#elif defined INDIRECT
static const void *real(uint32_t low, uint32_t high) { return low > high ? "" : 0; }
static const void *(*resolve(void))(uint32_t, uint32_t) { return real; }
const void *cld_plugin_entry(uint32_t low, uint32_t high) __attribute__((ifunc("resolve")));
#elif defined THREAD
__thread int cld_plugin_entry = 1;
#else
int other(void) { return 1; }
#endif
