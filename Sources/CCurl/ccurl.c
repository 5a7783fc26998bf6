#include "ccurl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct buffer {
  uint8_t *bytes;
  size_t length, capacity;
} buffer;

struct ccurl_transfer {
  CURL *easy;
  struct curl_slist *headers;
  uint8_t *sent_body;
  buffer body, lines;
  size_t longest;
  uint64_t mark;
  int may_repeat, times_sent, too_long;
  char error[CURL_ERROR_SIZE];
};

static int append(buffer *b, const char *from, size_t count) {
  if (b->length + count > b->capacity) {
    size_t capacity = b->capacity ? b->capacity : 1024;
    while (capacity < b->length + count) capacity *= 2;
    uint8_t *bytes = realloc(b->bytes, capacity);
    if (!bytes) return -1;
    b->bytes = bytes;
    b->capacity = capacity;
  }
  memcpy(b->bytes + b->length, from, count);
  b->length += count;
  return 0;
}

static size_t on_body(char *from, size_t size, size_t count, void *context) {
  ccurl_transfer *t = context;
  size_t bytes = size * count;
  if (t->body.length + bytes > t->longest) {
    t->too_long = 1;
    return 0;
  }
  return append(&t->body, from, bytes) ? 0 : bytes;
}

static size_t on_header(char *from, size_t size, size_t count, void *context) {
  ccurl_transfer *t = context;
  size_t bytes = size * count;
  /* A new status line (after "100 Continue", or a repetition) starts a new answer. */
  if (bytes >= 5 && memcmp(from, "HTTP/", 5) == 0) t->lines.length = 0;
  if (t->lines.length + bytes > 256 * 1024) {
    t->too_long = 1;
    return 0;
  }
  return append(&t->lines, from, bytes) ? 0 : bytes;
}

/* Called when a connection is up (TLS included) and just before the request is written to it
 * (CURLOPT_PREREQFUNCTION, since 7.80). A second call means that libcurl found a reused connection dead and wants to
 * send again although the server may have read the first one. */
static int on_ready(void *context, char *ip, char *local_ip, int port, int local_port) {
  ccurl_transfer *t = context;
  (void)ip, (void)local_ip, (void)port, (void)local_port;
  if (t->times_sent > 0 && !t->may_repeat) return CURL_PREREQFUNC_ABORT;
  t->times_sent++;
  return CURL_PREREQFUNC_OK;
}

int ccurl_global_init(void) { return (int)curl_global_init(CURL_GLOBAL_DEFAULT); }

ccurl_transfer *ccurl_start(const ccurl_request *r, uint64_t mark) {
  ccurl_transfer *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->mark = mark;
  t->longest = r->longest_answer;
  t->may_repeat = r->may_repeat;
  t->easy = curl_easy_init();
  if (!t->easy) goto failed;
  CURL *e = t->easy;
  /* No "Expect: 100-continue": it costs a round trip and emulators do not know it. */
  struct curl_slist *first = curl_slist_append(NULL, "Expect:");
  if (!first) goto failed;
  t->headers = first;
  for (const char *const *line = r->headers; line && *line; line++) {
    if (!curl_slist_append(t->headers, *line)) goto failed;
  }
  curl_easy_setopt(e, CURLOPT_PRIVATE, t);
  curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
  if (curl_easy_setopt(e, CURLOPT_URL, r->url) != CURLE_OK) goto failed;
  curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, r->connect_timeout_ms);
  curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, r->timeout_ms);
  /* Servers close idle connections after about 20 s or more; an older one is not worth a lost reply. */
  curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, 15L);
  curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
  /* Emulators and metadata services are never behind a proxy; the option replaces the variable, so it takes it along. */
  const char *no_proxy = getenv("no_proxy");
  if (!no_proxy) no_proxy = getenv("NO_PROXY");
  char direct[4096];
  int fits = snprintf(direct, sizeof direct, "%s%s127.0.0.1,localhost,::1,169.254.169.254,169.254.170.2,169.254.170.23",
                      no_proxy ? no_proxy : "", no_proxy && *no_proxy ? "," : "");
  if (no_proxy && (strcmp(no_proxy, "*") == 0 || fits >= (int)sizeof direct)) curl_easy_setopt(e, CURLOPT_NOPROXY, no_proxy);
  else curl_easy_setopt(e, CURLOPT_NOPROXY, direct);
  curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
  curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
  curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
  curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_ready);
  curl_easy_setopt(e, CURLOPT_PREREQDATA, t);
  if (r->has_body) {
    t->sent_body = malloc(r->body_length ? r->body_length : 1);
    if (!t->sent_body) goto failed;
    if (r->body_length) memcpy(t->sent_body, r->body, r->body_length);
    curl_easy_setopt(e, CURLOPT_POST, 1L);
    curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_length);
    curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->sent_body);
  }
  if (strcmp(r->method, "HEAD") == 0) curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
  else curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
  return t;
failed:
  ccurl_free(t);
  return NULL;
}

CURL *ccurl_handle(ccurl_transfer *t) { return t->easy; }

ccurl_transfer *ccurl_of_handle(CURL *handle) {
  ccurl_transfer *t = NULL;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&t);
  return t;
}

uint64_t ccurl_mark(const ccurl_transfer *t) { return t->mark; }

long ccurl_status(ccurl_transfer *t) {
  long status = 0;
  curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

int ccurl_times_sent(const ccurl_transfer *t) { return t->times_sent; }
int ccurl_too_long(const ccurl_transfer *t) { return t->too_long; }

const uint8_t *ccurl_body(const ccurl_transfer *t, size_t *length) {
  *length = t->body.length;
  return t->body.bytes;
}

const uint8_t *ccurl_headers(const ccurl_transfer *t, size_t *length) {
  *length = t->lines.length;
  return t->lines.bytes;
}

const char *ccurl_error(const ccurl_transfer *t) { return t->error; }

void ccurl_free(ccurl_transfer *t) {
  if (!t) return;
  if (t->easy) curl_easy_cleanup(t->easy);
  curl_slist_free_all(t->headers);
  free(t->sent_body);
  free(t->body.bytes);
  free(t->lines.bytes);
  free(t);
}

void ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) { curl_multi_setopt(multi, option, value); }
