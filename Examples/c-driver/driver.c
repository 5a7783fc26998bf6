/* Topics of Amazon SNS: the type CDriver::SNS::Topic. */
#include "cld_driver.h"

#define TYPE "CDriver::SNS::Topic"

/* Does a call. The body of the answer; NULL when the topic is not there. Any other error ends the step. */
static const cld_json *ask(cld_step *step, const char *call, const cld_json *form) {
  cld_reply reply = cld_call(step, "sns", call, cld_set(step, cld_object(step), "form", form));
  if (reply.status < 300) return reply.body;
  if (reply.status == 404) return NULL;
  const cld_json *error = cld_get(reply.body, "Error");
  const char *code = cld_get_text(error, "Code");
  const char *message = cld_format(step, "SNS refused %s: %s (%d %s)", call, cld_get_text(error, "Message"), reply.status, code);
  if (reply.status == 429 || !strcmp(code, "Throttling")) cld_fail(step, "throttled", message, NULL);
  if (reply.status >= 500) cld_fail(step, "unavailable", message, NULL);
  if (!strcmp(code, "AuthorizationError")) cld_fail(step, "denied", message, NULL);
  cld_fail(step, reply.status == 403 ? "unauthenticated" : "bad_request", message, NULL);
}

/* The topic's ARN: the recorded one, or the one that its name will have. */
static const char *topic(cld_step *step) {
  if (step->id) return step->id;
  return cld_format(step, "arn:%s:sns:%s:%s:%s", cld_get_text(step->config, "partition"), cld_get_text(step->config, "region"),
                    cld_get_text(step->config, "account"), step->name);
}

enum owner { NOBODY, OURS, ANOTHER };

/* Whose the topic is: ours when it has all of our tags. */
static enum owner owner(cld_step *step) {
  const cld_json *body = ask(step, "ListTagsForResource", cld_set_text(step, cld_object(step), "ResourceArn", topic(step)));
  cld_json *tags = cld_object(step);
  CLD_EACH(tag, cld_get(cld_get(body, "ListTagsForResourceResult"), "Tags"))
    cld_set(step, tags, cld_get_text(tag, "Key"), cld_get(tag, "Value"));
  return !body ? NOBODY : cld_owns(step, tags) ? OURS : ANOTHER;
}

static void ready(cld_step *step, const char *arn) {
  if (!*arn) cld_fail(step, "internal", "SNS answered no TopicArn", NULL);
  cld_done(step, "ready", arn, cld_set_text(step, cld_object(step), "TopicArn", arn));
}

static void create(cld_step *step) {
  /* CreateTopic answers the topic of that name whoever made it, so its owner is looked for first. */
  if (owner(step) == ANOTHER) cld_fail(step, "exists", cld_format(step, "the topic %s is not ours", topic(step)), NULL);
  cld_json *form = cld_set_text(step, cld_object(step), "Name", step->name);
  const cld_json *display = cld_get(step->desired, "DisplayName");
  if (display) {
    cld_set_text(step, form, "Attributes.entry.1.key", "DisplayName");
    cld_set(step, form, "Attributes.entry.1.value", display);
  }
  int n = 0;
  CLD_EACH_MEMBER(tag, step->tags) {
    cld_set_text(step, form, cld_format(step, "Tags.member.%d.Key", ++n), tag->key);
    cld_set(step, form, cld_format(step, "Tags.member.%d.Value", n), tag);
  }
  const cld_json *body = ask(step, "CreateTopic", form);
  ready(step, cld_get_text(cld_get(body, "CreateTopicResult"), "TopicArn"));
}

static void look(cld_step *step) {
  if (owner(step) != OURS) cld_done(step, "absent", NULL, NULL);
  /* The host takes an id that the cloud has answered, and no other: so the cloud is asked for it. */
  const cld_json *body = ask(step, "GetTopicAttributes", cld_set_text(step, cld_object(step), "TopicArn", topic(step)));
  if (!body) cld_done(step, "absent", NULL, NULL);
  CLD_EACH(entry, cld_get(cld_get(cld_get(body, "GetTopicAttributesResult"), "Attributes"), "entry"))
    if (!strcmp(cld_get_text(entry, "key"), "TopicArn")) ready(step, cld_get_text(entry, "value"));
  cld_fail(step, "internal", "SNS answered no TopicArn", NULL);
}

static void remove_topic(cld_step *step) {
  if (owner(step) == OURS) ask(step, "DeleteTopic", cld_set_text(step, cld_object(step), "TopicArn", topic(step)));
  cld_done(step, "absent", NULL, NULL);
}

/* What an entry `type: c-driver` of an environment file becomes. It asks for no effect. */
static void expand(cld_step *step) {
  cld_json *properties = cld_object(step);
  CLD_EACH_MEMBER(member, cld_get(step->input, "configuration")) {
    if (strcmp(member->key, "display_name"))
      cld_fail(step, "bad_request", cld_format(step, "unknown key: %s", member->key), cld_format(step, "/configuration/%s", member->key));
    cld_set(step, properties, "DisplayName", member);
  }
  cld_json *path = cld_add(step, cld_add(step, cld_array(step), cld_string(step, "Topic")), cld_string(step, "TopicArn"));
  cld_json *arn = cld_set(step, cld_object(step), "Fn::GetAtt", path);
  cld_json *resource = cld_set(step, cld_set_text(step, cld_object(step), "Type", TYPE), "Properties", properties);
  cld_json *fragment = cld_set(step, cld_object(step), "Resources", cld_set(step, cld_object(step), "Topic", resource));
  cld_json *output = cld_set(step, cld_object(step), "Value", arn);
  cld_set(step, fragment, "Outputs", cld_set(step, cld_object(step), "TopicArn", output));
  cld_set(step, fragment, "Exports", cld_set(step, cld_object(step), "TopicArn", arn));
  cld_json *done = cld_set_text(step, cld_object(step), "status", "ready");
  cld_answer(step, "done", cld_set(step, done, "fragment", fragment));
}

static const cld_operation operations[] = {
    {TYPE, "resource", "create", create},
    {TYPE, "resource", "read", look},
    {TYPE, "resource", "delete", remove_topic},
    {TYPE, "resource", "expand-resource", expand},
};

CLD_DRIVER("c-driver", "0.1.0", operations)
