/* The example driver with one fault, chosen by -DFAULT=NAME: what the conformance kit must find. With -DUPDATES it has the operation update. */
#include "cld_driver.h"

#undef CLD_DRIVER
#define CLD_DRIVER(name, version, operations)
#include "driver.c"

enum {
  NONE, IMPURE, UNLISTED, NO_ID, ADOPTS, DELETES, CRASH_ON_UNKNOWN, SENDS_UNKNOWN, FOREVER, BLIND, DEAF, NULL_BODY, LEAK, SECRET, TYPE_CRASH,
  HANG, NO_JSON, CONSTRUCTOR, DESCRIBE, MADE_UP_ID, UPDATES_NOTHING, MAKES_AGAIN, UPDATES_ANOTHERS
};

__attribute__((constructor)) static void at_load(void) {
  if (FAULT == CONSTRUCTOR) abort();
}

static int calls;

static void broken_create(cld_step *step) {
  if (FAULT == UNLISTED) cld_call(step, "sns", "Publish", cld_object(step));
  if (FAULT == NO_ID) cld_done(step, "ready", NULL, NULL);
  if (FAULT == MADE_UP_ID) cld_done(step, "ready", "arn:aws:sns:eu-west-1:1:somebody", NULL);
  if (FAULT == CRASH_ON_UNKNOWN) CLD_EACH_MEMBER(member, step->desired) if (strcmp(member->key, "DisplayName")) abort();
  if (FAULT == TYPE_CRASH && (!step->desired || step->desired->kind != CLD_OBJECT)) abort();
  if (FAULT == ADOPTS && owner(step) == ANOTHER) {
    const cld_json *body = ask(step, "GetTopicAttributes", cld_set_text(step, cld_object(step), "TopicArn", topic(step)));
    CLD_EACH(entry, cld_get(cld_get(cld_get(body, "GetTopicAttributesResult"), "Attributes"), "entry"))
      if (!strcmp(cld_get_text(entry, "key"), "TopicArn")) ready(step, cld_get_text(entry, "value"));
  }
  if (FAULT == SENDS_UNKNOWN) {
    cld_json *form = cld_object(step);
    CLD_EACH_MEMBER(member, step->desired) cld_set(step, form, member->key, member);
    ask(step, "CreateTopic", form);
  }
  create(step);
}

static void broken_read(cld_step *step) {
  if (FAULT == FOREVER) cld_done(step, "pending", NULL, NULL);
  if (FAULT == BLIND && !step->id) cld_done(step, "absent", NULL, NULL);
  if (FAULT == DEAF || FAULT == NULL_BODY || FAULT == SECRET) {
    const cld_json *form = cld_set_text(step, cld_object(step), "TopicArn", topic(step));
    cld_reply reply = cld_call(step, "sns", "GetTopicAttributes", cld_set(step, cld_object(step), "form", form));
    if (reply.status != 200) cld_done(step, "absent", NULL, NULL);
    const cld_json *attributes = cld_get(cld_get(reply.body, "GetTopicAttributesResult"), "Attributes");
    if (FAULT == NULL_BODY && !attributes->first) cld_done(step, "absent", NULL, NULL);
    CLD_EACH(entry, cld_get(attributes, "entry"))
      if (FAULT == SECRET && !strcmp(cld_get_text(entry, "key"), "Owner"))
        cld_fail(step, "internal", cld_get_text(entry, "value"), NULL);
    ready(step, topic(step));
  }
  look(step);
}

static void broken_delete(cld_step *step) {
  if (FAULT == HANG) for (;;) {}
  if (FAULT == DELETES) {
    ask(step, "DeleteTopic", cld_set_text(step, cld_object(step), "TopicArn", topic(step)));
    cld_done(step, "absent", NULL, NULL);
  }
  remove_topic(step);
}

static void broken_update(cld_step *step) {
  if (FAULT == UPDATES_NOTHING) ready(step, topic(step));
  if (FAULT == MAKES_AGAIN) create(step);
  if (!step->id && FAULT != UPDATES_ANOTHERS && owner(step) != OURS) cld_fail(step, "not_found", "there is no such topic of ours", NULL);
  cld_json *form = cld_set_text(step, cld_object(step), "TopicArn", topic(step));
  cld_set_text(step, form, "AttributeName", "DisplayName");
  cld_set(step, form, "AttributeValue", cld_get(step->desired, "DisplayName"));
  if (!ask(step, "SetTopicAttributes", form)) cld_fail(step, "not_found", "the topic is gone", NULL);
  /* The host takes no id that no answer has named. */
  if (!step->id) cld_fail(step, "internal", "changed, whosever it was", NULL);
  ready(step, topic(step));
}

static const cld_operation broken[] = {
    {TYPE, "resource", "create", broken_create},
    {TYPE, "resource", "read", broken_read},
    {TYPE, "resource", "delete", broken_delete},
    {TYPE, "resource", "expand-resource", expand},
    {TYPE, "resource", "update", broken_update},
};

#ifdef UPDATES
#define COUNT 5
#else
#define COUNT 4
#endif

static void describe(const cld_sink *sink) { cld_run_describe(sink, "c-driver", "0.1.0", broken, FAULT == DESCRIBE ? COUNT - 1 : COUNT); }

static void step(cld_text request, const cld_sink *sink) {
  calls++;
  if (FAULT == LEAK) {
    /* Volatile, or the compiler leaves both out. */
    char *volatile lost = malloc(1024);
    memset(lost, 1, 1024);
  }
  if (FAULT == NO_JSON && calls % 5 == 0) {
    sink->write(sink->host, (cld_text){"{\"done\": ", 9});
    return;
  }
  if (FAULT == IMPURE && calls % 5 == 0) {
    sink->write(sink->host, (cld_text){"{\"fail\":{\"code\":\"internal\",\"message\":\"tired\"}}", 46});
    return;
  }
  cld_run_step(request, sink, broken, COUNT);
}

static const cld_plugin plugin = {
    .size = sizeof(cld_plugin), .abi_min = 1, .abi_max = 1, .name = {"c-driver", 8}, .version = {"0.1.0", 5}, .describe = describe, .step = step};

const cld_plugin *cld_plugin_entry(uint32_t low, uint32_t high) { return low <= 1 && 1 <= high ? &plugin : NULL; }
