//! `RustDriver::SNS::Topic`: topics of Amazon SNS.

use crate::json::Json;
use crate::step::{done, fail, Answer, Step};

pub const TYPE: &str = "RustDriver::SNS::Topic";

pub type Handler = fn(&mut Step) -> Result<Json, Answer>;
pub const HANDLERS: [(&str, Handler); 4] =
    [("create", create), ("delete", delete), ("expand-resource", expand), ("read", read)];

#[derive(PartialEq)]
enum Owner {
    Nobody,
    Us,
    Another,
}

fn create(step: &mut Step) -> Result<Json, Answer> {
    // CreateTopic answers the topic of that name whoever made it, so its owner is looked for first.
    if owner(step)? == Owner::Another {
        return Err(fail("exists", &format!("the topic {} is not ours", topic(step)), None));
    }
    let mut form = vec![("Name".to_string(), Json::text(&step.name))];
    if *step.desired.get("DisplayName") != Json::Null {
        form.push(("Attributes.entry.1.key".to_string(), Json::text("DisplayName")));
        form.push(("Attributes.entry.1.value".to_string(), step.desired.get("DisplayName").clone()));
    }
    for (index, (key, value)) in step.tags.members().enumerate() {
        form.push((format!("Tags.member.{}.Key", index + 1), Json::text(key)));
        form.push((format!("Tags.member.{}.Value", index + 1), value.clone()));
    }
    let body = ask(step, "CreateTopic", Json::Map(form.into_iter().collect()))?.unwrap_or(Json::Null);
    ready(body.get("CreateTopicResult").get("TopicArn"))
}

fn read(step: &mut Step) -> Result<Json, Answer> {
    if owner(step)? != Owner::Us {
        return Ok(done("absent", vec![]));
    }
    // The host takes an id that the cloud has answered, and no other: so the cloud is asked for it.
    let form = Json::map(vec![("TopicArn", Json::Text(topic(step)))]);
    let body = match ask(step, "GetTopicAttributes", form)? {
        Some(body) => body,
        None => return Ok(done("absent", vec![])),
    };
    let entries = body.get("GetTopicAttributesResult").get("Attributes").get("entry");
    let arn = entries.elements().iter().find(|entry| entry.get("key").as_text() == "TopicArn");
    ready(arn.map_or(&Json::Null, |entry| entry.get("value")))
}

fn delete(step: &mut Step) -> Result<Json, Answer> {
    if owner(step)? == Owner::Us {
        let form = Json::map(vec![("TopicArn", Json::Text(topic(step)))]);
        ask(step, "DeleteTopic", form)?;
    }
    Ok(done("absent", vec![]))
}

/// What an entry `type: rust-driver` of an environment file becomes. It asks for no effect.
fn expand(step: &mut Step) -> Result<Json, Answer> {
    let mut properties = vec![];
    for (key, value) in step.input.get("configuration").members() {
        if key != "display_name" {
            return Err(fail("bad_request", &format!("unknown key: {}", key), Some(format!("/configuration/{}", key))));
        }
        properties.push(("DisplayName", value.clone()));
    }
    let arn = Json::map(vec![("Fn::GetAtt", Json::List(vec![Json::text("Topic"), Json::text("TopicArn")]))]);
    let resource = Json::map(vec![("Type", Json::text(TYPE)), ("Properties", Json::map(properties))]);
    let fragment = Json::map(vec![
        ("Resources", Json::map(vec![("Topic", resource)])),
        ("Outputs", Json::map(vec![("TopicArn", Json::map(vec![("Value", arn.clone())]))])),
        ("Exports", Json::map(vec![("TopicArn", arn)])),
    ]);
    Ok(done("ready", vec![("fragment", fragment)]))
}

fn ready(arn: &Json) -> Result<Json, Answer> {
    if arn.as_text().is_empty() {
        return Err(fail("internal", "SNS answered no TopicArn", None));
    }
    Ok(done("ready", vec![("id", arn.clone()), ("attributes", Json::map(vec![("TopicArn", arn.clone())]))]))
}

/// The recorded ARN, or the one that the name will have.
fn topic(step: &Step) -> String {
    if !step.id.is_empty() {
        return step.id.clone();
    }
    let config = |key| step.config.get(key).as_text();
    format!("arn:{}:sns:{}:{}:{}", config("partition"), config("region"), config("account"), step.name)
}

/// Whose the topic is: ours when it has all of our tags.
fn owner(step: &mut Step) -> Result<Owner, Answer> {
    let form = Json::map(vec![("ResourceArn", Json::Text(topic(step)))]);
    let body = match ask(step, "ListTagsForResource", form)? {
        Some(body) => body,
        None => return Ok(Owner::Nobody),
    };
    let tags = body.get("ListTagsForResourceResult").get("Tags").elements().iter();
    let tags = Json::Map(tags.map(|tag| (tag.get("Key").as_text().to_string(), tag.get("Value").clone())).collect());
    Ok(if step.owns(&tags) { Owner::Us } else { Owner::Another })
}

/// The body of the answer, None when the topic is not there.
fn ask(step: &mut Step, call: &str, form: Json) -> Result<Option<Json>, Answer> {
    let reply = step.call("sns", call, form)?;
    if (200..300).contains(&reply.status) {
        return Ok(Some(reply.body));
    }
    if reply.status == 404 {
        return Ok(None);
    }
    let code = reply.body.get("Error").get("Code").as_text();
    let message = format!("SNS refused {}: {} ({} {})", call, reply.body.get("Error").get("Message").as_text(), reply.status, code);
    let kind = match (reply.status, code) {
        (429, _) | (_, "Throttling") => "throttled",
        (500..=599, _) => "unavailable",
        (_, "AuthorizationError") => "denied",
        (403, _) => "unauthenticated",
        _ => "bad_request",
    };
    Err(fail(kind, &message, None))
}
