/* A cloud of our own for tests: notes with a text, over REST and without credentials. The type Other::Notes::Note. */
#include "cld_driver.h"

#define TYPE "Other::Notes::Note"

static cld_reply ask(cld_step *step, const char *call, const cld_json *body) {
  cld_json *arguments = cld_object(step);
  cld_set(step, arguments, "path", cld_set_text(step, cld_object(step), "name", step->name));
  if (body) cld_set(step, arguments, "json", body);
  cld_reply reply = cld_call(step, "notes", call, arguments);
  if (reply.status >= 500) cld_fail(step, "unavailable", "the notes are not available", NULL);
  if (reply.status >= 400 && reply.status != 404) cld_fail(step, "bad_request", cld_get_text(reply.body, "message"), NULL);
  return reply;
}

static void put(cld_step *step) {
  cld_json *body = cld_object(step);
  cld_set(step, body, "text", cld_get(step->desired, "Text"));
  cld_set(step, body, "tags", step->tags);
  cld_reply reply = ask(step, "Put", body);
  if (reply.status == 404) cld_fail(step, "not_found", "the note is gone", NULL);
  cld_done(step, "pending", cld_get_text(reply.body, "name"), NULL);
}

static void look(cld_step *step) {
  cld_reply reply = ask(step, "Get", NULL);
  if (reply.status == 404 || !cld_owns(step, cld_get(reply.body, "tags"))) cld_done(step, "absent", NULL, NULL);
  cld_json *attributes = cld_set_text(step, cld_object(step), "Address", cld_get_text(reply.body, "address"));
  cld_done(step, "ready", cld_get_text(reply.body, "name"), attributes);
}

static void erase(cld_step *step) {
  cld_reply reply = ask(step, "Get", NULL);
  if (reply.status != 404 && cld_owns(step, cld_get(reply.body, "tags"))) ask(step, "Delete", NULL);
  cld_done(step, "absent", NULL, NULL);
}

static const cld_operation operations[] = {
    {TYPE, "resource", "create", put},
    {TYPE, "resource", "read", look},
    {TYPE, "resource", "update", put},
    {TYPE, "resource", "delete", erase},
};

CLD_DRIVER("notes", "1.0.0", operations)
