/*
 * cld_driver.h: a driver in plain C with nothing but this header and libc.
 *
 * It reads the request, hands the handler of the operation a `cld_step`, and writes the answer. A handler is straight-line code
 * that is run from its start at every step: cld_call returns the recorded reply when the host has one, and otherwise ends the step
 * with the effect as the answer. So a handler is a pure function of the step: no clock but `now`, no randomness, no variable that
 * outlives it. Memory of a step is the step's; nothing is freed by hand.
 *
 * Include it in one file, write the handlers, and end with CLD_DRIVER(name, version, operations).
 */
#ifndef CLD_DRIVER_H
#define CLD_DRIVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cld_plugin.h"

#define CLD_UNUSED __attribute__((unused))

/* ---- JSON values ---- */

typedef enum { CLD_NULL, CLD_BOOL, CLD_NUMBER, CLD_STRING, CLD_ARRAY, CLD_OBJECT } cld_kind;

/** One JSON value. Every function takes a null pointer for a value that is not there. */
typedef struct cld_json {
  cld_kind kind;
  const char *key;             /**< The name, when it is a member of an object. */
  const char *text;            /**< A string's characters; a number as it is written; "true" or "false". Ends with a zero. */
  struct cld_json *first, *last; /**< The elements or members, in their order. */
  struct cld_json *next;       /**< The next element or member of what holds this one. */
} cld_json;

typedef struct cld_block {
  struct cld_block *next;
} cld_block;

/** One step of one operation. */
typedef struct cld_step {
  const cld_json *request; /**< The whole request; docs/plugin-contract.md has its members. */
  const char *name;        /**< The name that the thing has or is to have. */
  const cld_json *tags;    /**< The tags that show that a thing is ours. */
  const cld_json *desired; /**< The properties that are wanted. */
  const cld_json *config;  /**< {region, account, partition}. */
  const cld_json *input;   /**< Arguments of the operation. */
  const char *id;          /**< The recorded id, NULL when it is not known: find the thing by its name or tags. */

  const cld_json *history; /* The next recorded reply. */
  cld_json *answer;
  cld_block *blocks;
  jmp_buf end;
} cld_step;

/** The cloud's answer to an effect. */
typedef struct cld_reply {
  int status;           /**< The HTTP status; 0 when the reply is lost. */
  const cld_json *body; /**< The body as JSON, or as one string when it is text. */
} cld_reply;

/** One operation of one type: what the manifest says in `provides`, and the function that does it. */
typedef struct cld_operation {
  const char *type, *kind, *op;
  void (*handler)(cld_step *step);
} cld_operation;

/* ---- Memory: all of a step is freed when it ends ---- */

static CLD_UNUSED void *cld_allocate(cld_step *step, size_t size) {
  cld_block *block = calloc(1, sizeof(cld_block) + size);
  if (!block) abort(); /* The worker's memory is limited; the host sees the end and starts another. */
  block->next = step->blocks;
  step->blocks = block;
  return block + 1;
}

static CLD_UNUSED char *cld_copy(cld_step *step, const char *text, size_t count) {
  char *copy = cld_allocate(step, count + 1);
  memcpy(copy, text, count);
  return copy;
}

/* ---- Reading values ---- */

/** The member of that name, NULL when this is no object or has none. */
static CLD_UNUSED const cld_json *cld_get(const cld_json *object, const char *key) {
  if (!object || object->kind != CLD_OBJECT) return NULL;
  for (const cld_json *member = object->first; member; member = member->next)
    if (!strcmp(member->key, key)) return member;
  return NULL;
}

/** The text of a string, "" for anything else. */
static CLD_UNUSED const char *cld_text_of(const cld_json *value) {
  return value && value->kind == CLD_STRING ? value->text : "";
}

/** The text of a member that is a string, "" when there is none. */
static CLD_UNUSED const char *cld_get_text(const cld_json *object, const char *key) { return cld_text_of(cld_get(object, key)); }

/** The elements of an array one after the other; of a value that is no array, nothing. */
#define CLD_EACH(element, array) \
  for (const cld_json *element = (array) && (array)->kind == CLD_ARRAY ? (array)->first : NULL; element; element = element->next)
/** The members of an object one after the other, each with its `key`; of a value that is no object, nothing. */
#define CLD_EACH_MEMBER(member, object) \
  for (const cld_json *member = (object) && (object)->kind == CLD_OBJECT ? (object)->first : NULL; member; member = member->next)

/* ---- Making values ---- */

static CLD_UNUSED cld_json *cld_new(cld_step *step, cld_kind kind, const char *text) {
  cld_json *value = cld_allocate(step, sizeof *value);
  value->kind = kind;
  value->text = text;
  return value;
}

static CLD_UNUSED cld_json *cld_object(cld_step *step) { return cld_new(step, CLD_OBJECT, NULL); }
static CLD_UNUSED cld_json *cld_array(cld_step *step) { return cld_new(step, CLD_ARRAY, NULL); }
static CLD_UNUSED cld_json *cld_string(cld_step *step, const char *text) {
  return cld_new(step, CLD_STRING, cld_copy(step, text, strlen(text)));
}
static CLD_UNUSED cld_json *cld_bool(cld_step *step, int value) { return cld_new(step, CLD_BOOL, value ? "true" : "false"); }
static CLD_UNUSED cld_json *cld_integer(cld_step *step, long long value) {
  char digits[32];
  int count = snprintf(digits, sizeof digits, "%lld", value);
  return cld_new(step, CLD_NUMBER, cld_copy(step, digits, (size_t)count));
}

static CLD_UNUSED void cld_append_node(cld_json *list, cld_json *node) {
  if (list->last) list->last->next = node;
  else list->first = node;
  list->last = node;
}

/** Adds a member; the value may come from the request. A value of NULL adds nothing. Returns the object. */
static CLD_UNUSED cld_json *cld_set(cld_step *step, cld_json *object, const char *key, const cld_json *value) {
  if (!value) return object;
  cld_json *node = cld_allocate(step, sizeof *node);
  *node = *value;
  node->key = cld_copy(step, key, strlen(key));
  node->next = NULL;
  cld_append_node(object, node);
  return object;
}

/** Adds a member that is a string. Returns the object. */
static CLD_UNUSED cld_json *cld_set_text(cld_step *step, cld_json *object, const char *key, const char *text) {
  return cld_set(step, object, key, cld_string(step, text));
}

/** Adds an element. Returns the array. */
static CLD_UNUSED cld_json *cld_add(cld_step *step, cld_json *array, const cld_json *value) {
  cld_json *node = cld_allocate(step, sizeof *node);
  *node = *value;
  node->next = NULL;
  cld_append_node(array, node);
  return array;
}

/** Text made as printf does it. */
__attribute__((format(printf, 2, 3))) static CLD_UNUSED const char *cld_format(cld_step *step, const char *format, ...) {
  va_list first, second;
  va_start(first, format);
  va_copy(second, first);
  int count = vsnprintf(NULL, 0, format, first);
  char *text = cld_allocate(step, (size_t)(count < 0 ? 0 : count) + 1);
  vsnprintf(text, (size_t)(count < 0 ? 0 : count) + 1, format, second);
  va_end(first);
  va_end(second);
  return text;
}

/* ---- Ending a step ---- */

/** Ends the step with an answer that has this one member. */
_Noreturn static CLD_UNUSED void cld_answer(cld_step *step, const char *kind, const cld_json *value) {
  step->answer = cld_set(step, cld_object(step), kind, value);
  longjmp(step->end, 1);
}

/** The operation ends: status is ready, pending, failed or absent. `id` and `attributes` may be NULL. */
_Noreturn static CLD_UNUSED void cld_done(cld_step *step, const char *status, const char *id, const cld_json *attributes) {
  cld_json *done = cld_set_text(step, cld_object(step), "status", status);
  if (id) cld_set_text(step, done, "id", id);
  cld_answer(step, "done", cld_set(step, done, "attributes", attributes));
}

/** The attempt ends with a code of the closed set. `property` is the JSON pointer of what is at fault, or NULL. */
_Noreturn static CLD_UNUSED void cld_fail(cld_step *step, const char *code, const char *message, const char *property) {
  cld_json *fail = cld_set_text(step, cld_set_text(step, cld_object(step), "code", code), "message", message);
  if (property) cld_set_text(step, fail, "property", property);
  cld_answer(step, "fail", fail);
}

/** The last effect is done again after that time: the way to wait for what takes a moment. */
_Noreturn static CLD_UNUSED void cld_retry(cld_step *step, int milliseconds, const char *reason) {
  cld_json *retry = cld_set(step, cld_object(step), "after_ms", cld_integer(step, milliseconds));
  cld_answer(step, "retry", cld_set_text(step, retry, "reason", reason));
}

/* ---- Writing JSON ---- */

typedef struct cld_buffer {
  char *bytes;
  size_t count, room;
} cld_buffer;

static CLD_UNUSED void cld_put(cld_buffer *out, const char *bytes, size_t count) {
  if (out->count + count > out->room) {
    out->room = (out->count + count) * 2 + 256;
    out->bytes = realloc(out->bytes, out->room);
    if (!out->bytes) abort();
  }
  memcpy(out->bytes + out->count, bytes, count);
  out->count += count;
}

static CLD_UNUSED void cld_put_string(cld_buffer *out, const char *text) {
  cld_put(out, "\"", 1);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    char escape[8];
    if (*c == '"' || *c == '\\') cld_put(out, escape, (size_t)snprintf(escape, sizeof escape, "\\%c", *c));
    else if (*c < 0x20) cld_put(out, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", *c));
    else cld_put(out, (const char *)c, 1);
  }
  cld_put(out, "\"", 1);
}

static CLD_UNUSED void cld_write(cld_buffer *out, const cld_json *value) {
  switch (value->kind) {
    case CLD_NULL: cld_put(out, "null", 4); break;
    case CLD_BOOL:
    case CLD_NUMBER: cld_put(out, value->text, strlen(value->text)); break;
    case CLD_STRING: cld_put_string(out, value->text); break;
    case CLD_ARRAY:
    case CLD_OBJECT:
      cld_put(out, value->kind == CLD_ARRAY ? "[" : "{", 1);
      for (const cld_json *inner = value->first; inner; inner = inner->next) {
        if (inner != value->first) cld_put(out, ",", 1);
        if (value->kind == CLD_OBJECT) {
          cld_put_string(out, inner->key);
          cld_put(out, ":", 1);
        }
        cld_write(out, inner);
      }
      cld_put(out, value->kind == CLD_ARRAY ? "]" : "}", 1);
  }
}

/* ---- Effects ---- */

/** FNV-1a over the effect's text: tells a driver that was replaced in the middle of an operation, nothing more. */
static CLD_UNUSED const char *cld_digest(cld_step *step, const cld_json *effect) {
  cld_buffer text = {NULL, 0, 0};
  cld_write(&text, effect);
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < text.count; i++) hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001b3u;
  free(text.bytes);
  return cld_format(step, "%016llx", (unsigned long long)hash);
}

/**
 * Does a call of the manifest, or returns what came of it. `arguments` has the members of an effect: form, json or text, and path,
 * query, headers, select. The status is 0 when the reply is lost: look for the thing, and ask again only if it is not there.
 */
static CLD_UNUSED cld_reply cld_call_or_lost(cld_step *step, const char *endpoint, const char *call, const cld_json *arguments) {
  cld_json *effect = cld_set_text(step, cld_set_text(step, cld_object(step), "endpoint", endpoint), "call", call);
  CLD_EACH_MEMBER(member, arguments) cld_set(step, effect, member->key, member);
  const char *digest = cld_digest(step, effect);
  const cld_json *entry = step->history;
  if (!entry) cld_answer(step, "effect", cld_set_text(step, effect, "digest", digest));
  if (strcmp(cld_get_text(entry, "digest"), digest)) {
    cld_json *retry = cld_set(step, cld_object(step), "after_ms", cld_integer(step, 0));
    cld_set(step, retry, "from_start", cld_bool(step, 1));
    cld_answer(step, "retry", cld_set_text(step, retry, "reason", "the driver changed while the operation ran"));
  }
  step->history = entry->next;
  const cld_json *result = cld_get(entry, "result"), *status = cld_get(result, "status");
  cld_reply reply = {status && status->kind == CLD_NUMBER ? atoi(status->text) : 0, cld_get(result, "body")};
  return reply;
}

/** The same for a call whose reply is never reported as lost: one that changes nothing, or has `repeat: safe`. */
static CLD_UNUSED cld_reply cld_call(cld_step *step, const char *endpoint, const char *call, const cld_json *arguments) {
  cld_reply reply = cld_call_or_lost(step, endpoint, call, arguments);
  if (reply.status == 0) cld_fail(step, "internal", cld_format(step, "the reply to %s is lost", call), NULL);
  return reply;
}

/** The client token of an effect, as a value: the same key gives the same token for every retry within the operation. */
static CLD_UNUSED cld_json *cld_token(cld_step *step, const char *key) { return cld_set_text(step, cld_object(step), "$token", key); }

/** Whether an object {key: value} of tags has all of the thing's own. */
static CLD_UNUSED int cld_owns(const cld_step *step, const cld_json *tags) {
  CLD_EACH_MEMBER(tag, step->tags)
    if (strcmp(cld_get_text(tags, tag->key), cld_text_of(tag)) || !cld_get(tags, tag->key)) return 0;
  return 1;
}

/* ---- Reading JSON (RFC 8259), strictly ---- */

typedef struct cld_reader {
  cld_step *step;
  const unsigned char *at, *end;
} cld_reader;

static CLD_UNUSED cld_json *cld_read_value(cld_reader *in, int depth);

static CLD_UNUSED void cld_skip(cld_reader *in) {
  while (in->at < in->end && (*in->at == ' ' || *in->at == '\n' || *in->at == '\r' || *in->at == '\t')) in->at++;
}

static CLD_UNUSED int cld_take(cld_reader *in, char c) {
  cld_skip(in);
  if (in->at >= in->end || *in->at != (unsigned char)c) return 0;
  in->at++;
  return 1;
}

/* The length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), 0 when there is none. */
static CLD_UNUSED size_t cld_utf8(const unsigned char *at, const unsigned char *end) {
  size_t left = (size_t)(end - at);
  if (at[0] < 0x80) return 1;
  size_t count = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
  if (at[0] < 0xc2 || at[0] > 0xf4 || left < count) return 0;
  for (size_t i = 1; i < count; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f)) return 0;
  if ((at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f)) return 0;
  return count;
}

static CLD_UNUSED int cld_hex4(cld_reader *in, unsigned *code) {
  *code = 0;
  if (in->end - in->at < 4) return 0;
  for (int i = 0; i < 4; i++) {
    unsigned char c = *in->at++;
    int letter = c | 32;
    int digit = c >= '0' && c <= '9' ? c - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
    if (digit > 15) return 0;
    *code = *code * 16 + (unsigned)digit;
  }
  return 1;
}

/* The text after an opening quote, up to the closing one; NULL when it is malformed or holds a zero, which C has no text for. */
static CLD_UNUSED const char *cld_read_text(cld_reader *in) {
  const unsigned char *close = in->at;
  while (close < in->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= in->end) return NULL;
  char *text = cld_allocate(in->step, (size_t)(close - in->at) + 1), *out = text;
  while (in->at < in->end && *in->at != '"') {
    if (*in->at != '\\') {
      size_t count = *in->at < 0x20 ? 0 : cld_utf8(in->at, in->end);
      if (count == 0) return NULL;
      memcpy(out, in->at, count);
      out += count;
      in->at += count;
      continue;
    }
    in->at++;
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *name = *in->at ? strchr(names, *in->at) : NULL;
    if (name) {
      *out++ = values[name - names];
      in->at++;
      continue;
    }
    unsigned code, low;
    if (*in->at++ != 'u' || !cld_hex4(in, &code) || code == 0 || (code >= 0xdc00 && code <= 0xdfff)) return NULL;
    if (code >= 0xd800 && code <= 0xdbff) {
      if (in->end - in->at < 6 || in->at[0] != '\\' || in->at[1] != 'u') return NULL;
      in->at += 2;
      if (!cld_hex4(in, &low) || low < 0xdc00 || low > 0xdfff) return NULL;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code < 0x80) *out++ = (char)code;
    else {
      int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      *out++ = (char)((more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0) | code >> 6 * more);
      while (more-- > 0) *out++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    }
  }
  if (in->at >= in->end) return NULL;
  in->at++;
  return text;
}

static CLD_UNUSED cld_json *cld_read_number(cld_reader *in) {
  const unsigned char *start = in->at;
#define CLD_DIGITS() \
  { \
    const unsigned char *first = in->at; \
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9') in->at++; \
    if (in->at == first) return NULL; \
  }
  if (in->at < in->end && *in->at == '-') in->at++;
  if (in->at + 1 < in->end && in->at[0] == '0' && in->at[1] >= '0' && in->at[1] <= '9') return NULL;
  CLD_DIGITS()
  if (in->at < in->end && *in->at == '.') {
    in->at++;
    CLD_DIGITS()
  }
  if (in->at < in->end && (*in->at | 32) == 'e') {
    in->at++;
    if (in->at < in->end && (*in->at == '+' || *in->at == '-')) in->at++;
    CLD_DIGITS()
  }
#undef CLD_DIGITS
  return cld_new(in->step, CLD_NUMBER, cld_copy(in->step, (const char *)start, (size_t)(in->at - start)));
}

static CLD_UNUSED cld_json *cld_read_list(cld_reader *in, int depth, cld_kind kind) {
  char close = kind == CLD_ARRAY ? ']' : '}';
  cld_json *list = cld_new(in->step, kind, NULL);
  if (cld_take(in, close)) return list;
  do {
    const char *key = NULL;
    if (kind == CLD_OBJECT && (!cld_take(in, '"') || !(key = cld_read_text(in)) || !cld_take(in, ':'))) return NULL;
    cld_json *value = cld_read_value(in, depth + 1);
    if (!value) return NULL;
    value->key = key;
    cld_append_node(list, value);
  } while (cld_take(in, ','));
  return cld_take(in, close) ? list : NULL;
}

static CLD_UNUSED cld_json *cld_read_value(cld_reader *in, int depth) {
  cld_skip(in);
  if (in->at >= in->end || depth > 200) return NULL;
  static const struct {
    const char *word;
    cld_kind kind;
  } words[] = {{"null", CLD_NULL}, {"true", CLD_BOOL}, {"false", CLD_BOOL}};
  for (size_t i = 0; i < 3; i++) {
    size_t count = strlen(words[i].word);
    if ((size_t)(in->end - in->at) < count || memcmp(in->at, words[i].word, count)) continue;
    in->at += count;
    return cld_new(in->step, words[i].kind, words[i].word);
  }
  if (cld_take(in, '{')) return cld_read_list(in, depth, CLD_OBJECT);
  if (cld_take(in, '[')) return cld_read_list(in, depth, CLD_ARRAY);
  if (!cld_take(in, '"')) return cld_read_number(in);
  const char *text = cld_read_text(in);
  return text ? cld_new(in->step, CLD_STRING, text) : NULL;
}

/* ---- The functions of the ABI ---- */

static CLD_UNUSED void cld_finish(cld_step *step, const cld_sink *sink) {
  cld_buffer out = {NULL, 0, 0};
  cld_write(&out, step->answer);
  cld_text text = {out.bytes, out.count};
  sink->write(sink->host, text);
  free(out.bytes);
  while (step->blocks) {
    cld_block *block = step->blocks;
    step->blocks = block->next;
    free(block);
  }
}

static CLD_UNUSED void cld_run(cld_step *step, cld_text in, const cld_operation *operations, size_t count) {
  cld_reader reader = {step, (const unsigned char *)in.bytes, (const unsigned char *)in.bytes + in.count};
  const cld_json *request = step->request = cld_read_value(&reader, 0);
  cld_skip(&reader);
  if (!request || request->kind != CLD_OBJECT || reader.at != reader.end)
    cld_fail(step, "bad_request", "the request is no JSON object", NULL);
  const cld_json *history = cld_get(request, "history");
  step->history = history && history->kind == CLD_ARRAY ? history->first : NULL;
  step->name = cld_get_text(cld_get(request, "identity"), "name");
  step->tags = cld_get(cld_get(request, "identity"), "tags");
  step->desired = cld_get(request, "desired");
  step->config = cld_get(request, "config");
  step->input = cld_get(request, "input");
  step->id = cld_get_text(cld_get(request, "current"), "id");
  if (!*step->id) step->id = NULL;
  const char *type = cld_get_text(request, "type"), *op = cld_get_text(request, "op");
  for (size_t i = 0; i < count; i++)
    if (!strcmp(operations[i].type, type) && !strcmp(operations[i].op, op)) {
      operations[i].handler(step);
      cld_fail(step, "internal", "the handler came to no end", NULL);
    }
  cld_fail(step, "unsupported", cld_format(step, "there is no operation %.100s of %.100s", op, type), NULL);
}

static CLD_UNUSED void cld_run_step(cld_text in, const cld_sink *sink, const cld_operation *operations, size_t count) {
  cld_step *step = calloc(1, sizeof *step);
  if (!step) abort();
  if (setjmp(step->end) == 0) cld_run(step, in, operations, count);
  cld_finish(step, sink);
  free(step);
}

static CLD_UNUSED void cld_run_describe(
    const cld_sink *sink, const char *name, const char *version, const cld_operation *operations, size_t count) {
  cld_step *step = calloc(1, sizeof *step);
  if (!step) abort();
  cld_json *types = cld_array(step);
  for (size_t i = 0; i < count; i++) {
    size_t first = 0;
    while (strcmp(operations[first].type, operations[i].type)) first++;
    if (first != i) continue;
    cld_json *ops = cld_array(step);
    for (size_t j = i; j < count; j++)
      if (!strcmp(operations[j].type, operations[i].type)) cld_add(step, ops, cld_string(step, operations[j].op));
    cld_json *type = cld_set_text(step, cld_set_text(step, cld_object(step), "type", operations[i].type), "kind", operations[i].kind);
    cld_add(step, types, cld_set(step, type, "ops", ops));
  }
  cld_json *all = cld_set_text(step, cld_set_text(step, cld_object(step), "name", name), "version", version);
  step->answer = cld_set(step, all, "types", types);
  cld_finish(step, sink);
  free(step);
}

/** Exports the driver: its name and version, as the manifest has them, and an array of cld_operation. */
#define CLD_DRIVER(driver_name, driver_version, operations) \
  static void cld_describe_entry(const cld_sink *sink) { \
    cld_run_describe(sink, driver_name, driver_version, operations, sizeof(operations) / sizeof((operations)[0])); \
  } \
  static void cld_step_entry(cld_text request, const cld_sink *sink) { \
    cld_run_step(request, sink, operations, sizeof(operations) / sizeof((operations)[0])); \
  } \
  static const cld_plugin cld_this_plugin = { \
      .size = sizeof(cld_plugin), .abi_min = CLD_ABI_EPOCH, .abi_max = CLD_ABI_EPOCH, \
      .name = {driver_name, sizeof(driver_name) - 1}, .version = {driver_version, sizeof(driver_version) - 1}, \
      .describe = cld_describe_entry, .step = cld_step_entry}; \
  const cld_plugin *cld_plugin_entry(uint32_t host_abi_min, uint32_t host_abi_max) { \
    return host_abi_min <= CLD_ABI_EPOCH && CLD_ABI_EPOCH <= host_abi_max ? &cld_this_plugin : NULL; \
  }

#endif
