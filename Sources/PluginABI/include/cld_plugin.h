/*
 * cld_plugin.h: the whole contract between cld and a driver, on the C side.
 *
 * A driver is a shared object that exports one function, cld_plugin_entry. It is a pure function over JSON:
 * it opens no socket and no file, starts no thread and keeps no state between two calls. What it wants done
 * in its cloud it asks for in its answer, and it is called again with the result. It runs in a worker process
 * of its own which has no network and, once the object is loaded, no files.
 *
 * The JSON of requests, answers and manifest is described in docs/plugin-contract.md. This header is all
 * that a driver in C, or in any language that speaks C, needs.
 *
 * Within one ABI epoch structures only grow at the end. `size` tells which members exist.
 */
#ifndef CLD_PLUGIN_H
#define CLD_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#if defined(__swift__)
/* Only the entry says whether it may be null, since the compiler checks a Swift driver against it. */
#pragma clang diagnostic ignored "-Wnullability-completeness"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The epoch that this header describes. */
#define CLD_ABI_EPOCH 1u

/** The longest answer that a host accepts to one step, in bytes. */
#define CLD_ANSWER_MAX (1024u * 1024u)

/**
 * Borrowed UTF-8 text, not terminated by a zero.
 * Rule: who passes it owns it; who receives it may read it only until the call returns.
 * `bytes` may be null only when `count` is 0.
 */
typedef struct cld_text {
  const char *bytes;
  size_t count;
} cld_text;

/**
 * Where an answer goes. The host makes it and owns it; no memory changes its owner across the ABI.
 * Rule: call `write` exactly once in each `describe` and each `step`, with one JSON object, before returning.
 * A second call is a breach of the protocol, and the host ends the worker.
 */
typedef struct cld_sink {
  uint32_t size;     /**< sizeof(cld_sink) as the host was compiled. */
  uint32_t reserved; /**< Zero. */
  void *host;        /**< The host's; pass it back as the first argument of `write`. */
  void (*write)(void *host, cld_text json);
} cld_sink;

/**
 * What a driver is. A constant: it must stay valid and unchanged as long as the object is loaded.
 * Rule: one call at a time; the host never calls from two threads at once.
 * Rule: nothing unwinds through these functions (no C++ exception, no longjmp, no Rust panic).
 */
typedef struct cld_plugin {
  uint32_t size;     /**< sizeof(cld_plugin) as the driver was compiled. Append only, never reorder. */
  uint32_t abi_min;  /**< The lowest epoch that the driver speaks, inclusive. */
  uint32_t abi_max;  /**< The highest epoch that the driver speaks, inclusive. */
  uint32_t reserved; /**< Zero. */
  cld_text name;     /**< Must equal `name` of manifest.json. */
  cld_text version;  /**< Must equal `version` of manifest.json. */

  /** Writes {"name", "version", "types": [{"type", "kind", "ops"}]}. Rule: must equal what the manifest provides. */
  void (*describe)(const cld_sink *sink);

  /**
   * One step of one operation: reads the request, writes one answer.
   * Rule: the same request gives the same answer, on every call, in every process.
   * Rule: it uses at most one second of processor time.
   */
  void (*step)(cld_text request, const cld_sink *sink);

  /** Optional extensions by name; may be null, and returns null for a name that it does not know. */
  const void *(*facet)(cld_text id);
} cld_plugin;

/**
 * The one exported symbol. The host passes the range of epochs that it speaks.
 * Returns null when the driver shares no epoch with it.
 * Rule: does no work beyond returning the constant.
 */
#if defined(__swift__)
const cld_plugin *_Nullable cld_plugin_entry(uint32_t host_abi_min, uint32_t host_abi_max);
#else
__attribute__((visibility("default"))) const cld_plugin *cld_plugin_entry(uint32_t host_abi_min, uint32_t host_abi_max);
#endif

/** The type of cld_plugin_entry, for those who look it up by name. */
typedef const cld_plugin *(*cld_plugin_entry_function)(uint32_t host_abi_min, uint32_t host_abi_max);

#ifdef __cplusplus
}
#endif

#endif
