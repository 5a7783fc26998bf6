#define _GNU_SOURCE
#include "worker.h"

#include <dlfcn.h>
#include <stdio.h>

const cld_plugin *load_plugin(const char *challenge) {
  /* NODELETE: a Swift library must never be unloaded. Through /proc, since dlopen takes no descriptor. */
  void *library = dlopen("/proc/self/fd/5", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == NULL) frame_refuse(WORKER_EXIT_LOAD, challenge, "dlopen", dlerror());

  cld_plugin_entry_function entry;
  *(void **)&entry = dlsym(library, "cld_plugin_entry");
  if (entry == NULL) frame_refuse(WORKER_EXIT_LOAD, challenge, "entry", "it exports no cld_plugin_entry");

  const cld_plugin *plugin = entry(CLD_ABI_EPOCH, CLD_ABI_EPOCH);
  if (plugin == NULL) frame_refuse(WORKER_EXIT_LOAD, challenge, "abi", "it shares no ABI epoch with this host");
  char error[160];
  if (plugin->size < sizeof(cld_plugin)) {
    snprintf(error, sizeof error, "its descriptor has %u bytes, epoch %u needs %zu", plugin->size, CLD_ABI_EPOCH,
             sizeof(cld_plugin));
    frame_refuse(WORKER_EXIT_LOAD, challenge, "descriptor", error);
  }
  if (plugin->abi_min > CLD_ABI_EPOCH || plugin->abi_max < CLD_ABI_EPOCH) {
    snprintf(error, sizeof error, "it speaks the epochs %u to %u, this host speaks %u", plugin->abi_min,
             plugin->abi_max, CLD_ABI_EPOCH);
    frame_refuse(WORKER_EXIT_LOAD, challenge, "abi", error);
  }
  if (plugin->reserved != 0)
    frame_refuse(WORKER_EXIT_LOAD, challenge, "descriptor", "the reserved member is not zero");
  if (plugin->describe == NULL || plugin->step == NULL)
    frame_refuse(WORKER_EXIT_LOAD, challenge, "descriptor", "describe or step is null");
  if ((plugin->name.bytes == NULL && plugin->name.count > 0) ||
      (plugin->version.bytes == NULL && plugin->version.count > 0) || plugin->name.count > 256 ||
      plugin->version.count > 256)
    frame_refuse(WORKER_EXIT_LOAD, challenge, "descriptor", "name or version is no text of at most 256 bytes");
  return plugin;
}
