/* libcurl for Swift: its setters are variadic, which Swift cannot call, and its callbacks stay in C, so that no Swift
 * closure is ever called on the transfer thread. */
#ifndef CLD_CCURL_H
#define CLD_CCURL_H
#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

/** What is to be sent. Everything is copied by ccurl_start. */
typedef struct ccurl_request {
  const char *method;
  const char *url;
  /** Lines "Name: value" without CR or LF, ended by a null pointer. */
  const char *const *headers;
  const uint8_t *body;
  size_t body_length;
  /** Whether a body is sent at all (a POST of nothing has Content-Length: 0). */
  int has_body;
  /** Whether libcurl may send the request a second time when a reused connection turns out to be dead. */
  int may_repeat;
  long connect_timeout_ms;
  long timeout_ms;
  /** The longest answer in bytes; a longer one ends the transfer with CURLE_WRITE_ERROR. */
  size_t longest_answer;
} ccurl_request;

/** One transfer: the easy handle, what it needs, and what has come in. */
typedef struct ccurl_transfer ccurl_transfer;

/** Initialises libcurl; once, before any other thread runs. Returns 0 or a CURLcode. */
int ccurl_global_init(void);
/** Makes a transfer with the caller's mark, or a null pointer when memory is short. */
ccurl_transfer *ccurl_start(const ccurl_request *request, uint64_t mark);
/** The easy handle, for curl_multi_add_handle. */
CURL *ccurl_handle(ccurl_transfer *transfer);
/** The transfer of an easy handle that curl_multi_info_read returned. */
ccurl_transfer *ccurl_of_handle(CURL *handle);
/** The caller's mark. */
uint64_t ccurl_mark(const ccurl_transfer *transfer);
/** The status of the last answer, 0 when there was none. */
long ccurl_status(ccurl_transfer *transfer);
/** How often the request was about to be written to a connection: 0 means that surely nothing was sent. */
int ccurl_times_sent(const ccurl_transfer *transfer);
/** Whether the answer was longer than allowed. */
int ccurl_too_long(const ccurl_transfer *transfer);
/** The body so far. */
const uint8_t *ccurl_body(const ccurl_transfer *transfer, size_t *length);
/** The header lines of the last answer, each ended by CR LF. */
const uint8_t *ccurl_headers(const ccurl_transfer *transfer, size_t *length);
/** libcurl's own words about the failure, or "". */
const char *ccurl_error(const ccurl_transfer *transfer);
/** Frees the transfer and its handle, which must not be in a multi handle any more. */
void ccurl_free(ccurl_transfer *transfer);
/** Sets an option of type long of a multi handle. */
void ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

#endif
