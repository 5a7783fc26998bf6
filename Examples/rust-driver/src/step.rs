//! One step of one operation. A handler is straight-line code that is run from its start at every step: `call` returns the recorded
//! reply when the host has one, and otherwise the effect as the answer that ends the step, which `?` passes on.

use crate::json::Json;

/// What ends a step: an effect, a retry, or a failure.
pub struct Answer(pub Json);

pub struct Step {
    /// The name that the thing has or is to have.
    pub name: String,
    /// The tags that show that a thing is ours.
    pub tags: Json,
    /// The properties that are wanted.
    pub desired: Json,
    /// {region, account, partition}.
    pub config: Json,
    /// Arguments of the operation.
    pub input: Json,
    /// The recorded id; empty when it is not known: find the thing by its name or tags.
    pub id: String,
    history: Vec<Json>,
    next: usize,
}

/// The cloud's answer to an effect.
pub struct Reply {
    pub status: u32,
    pub body: Json,
}

impl Step {
    pub fn new(request: &Json) -> Step {
        let identity = request.get("identity");
        Step {
            name: identity.get("name").as_text().to_string(),
            tags: identity.get("tags").clone(),
            desired: request.get("desired").clone(),
            config: request.get("config").clone(),
            input: request.get("input").clone(),
            id: request.get("current").get("id").as_text().to_string(),
            history: request.get("history").elements().to_vec(),
            next: 0,
        }
    }

    /// Does a call of the manifest with a form, or returns what came of it.
    pub fn call(&mut self, endpoint: &str, call: &str, form: Json) -> Result<Reply, Answer> {
        let members = vec![("endpoint", Json::text(endpoint)), ("call", Json::text(call)), ("form", form)];
        let digest = digest(&Json::map(members.clone()));
        let entry = match self.history.get(self.next) {
            Some(entry) => entry,
            None => {
                let mut members = members;
                members.push(("digest", Json::text(&digest)));
                return Err(Answer(Json::map(vec![("effect", Json::map(members))])));
            }
        };
        if entry.get("digest").as_text() != digest {
            let members = vec![("from_start", Json::Bool(true)), ("reason", Json::text("the driver changed while the operation ran"))];
            return Err(Answer(Json::map(vec![("retry", Json::map(members))])));
        }
        self.next += 1;
        let result = entry.get("result");
        match result.get("status") {
            Json::Number(status) => Ok(Reply { status: status.parse().unwrap_or(0), body: result.get("body").clone() }),
            _ => Err(fail("internal", &format!("the reply to {} is lost", call), None)),
        }
    }

    /// Whether these tags have all of the thing's own.
    pub fn owns(&self, tags: &Json) -> bool {
        self.tags.members().all(|(key, value)| tags.get(key) == value)
    }
}

/// The attempt ends with a code of the closed set; `property` is the JSON pointer of what is at fault.
pub fn fail(code: &str, message: &str, property: Option<String>) -> Answer {
    let mut members = vec![("code", Json::text(code)), ("message", Json::text(message))];
    if let Some(property) = &property {
        members.push(("property", Json::text(property)));
    }
    Answer(Json::map(vec![("fail", Json::map(members))]))
}

/// The operation ends: `members` are those of `done` beside the status.
pub fn done(status: &str, mut members: Vec<(&str, Json)>) -> Json {
    members.push(("status", Json::text(status)));
    Json::map(vec![("done", Json::map(members))])
}

/// FNV-1a over the effect's text: tells a driver that was replaced in the middle of an operation, nothing more.
fn digest(effect: &Json) -> String {
    let mut text = String::new();
    effect.write(&mut text);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{:016x}", hash)
}
