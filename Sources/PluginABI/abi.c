/* Holds the layout of epoch 1 still: a change of any of these breaks drivers that were compiled before. */
#include "cld_plugin.h"

_Static_assert(sizeof(cld_text) == 16, "cld_text");
_Static_assert(offsetof(cld_text, count) == 8, "cld_text.count");
_Static_assert(sizeof(cld_sink) == 24, "cld_sink");
_Static_assert(offsetof(cld_sink, host) == 8, "cld_sink.host");
_Static_assert(offsetof(cld_sink, write) == 16, "cld_sink.write");
_Static_assert(sizeof(cld_plugin) == 72, "cld_plugin");
_Static_assert(offsetof(cld_plugin, abi_min) == 4, "cld_plugin.abi_min");
_Static_assert(offsetof(cld_plugin, abi_max) == 8, "cld_plugin.abi_max");
_Static_assert(offsetof(cld_plugin, name) == 16, "cld_plugin.name");
_Static_assert(offsetof(cld_plugin, version) == 32, "cld_plugin.version");
_Static_assert(offsetof(cld_plugin, describe) == 48, "cld_plugin.describe");
_Static_assert(offsetof(cld_plugin, step) == 56, "cld_plugin.step");
_Static_assert(offsetof(cld_plugin, facet) == 64, "cld_plugin.facet");
