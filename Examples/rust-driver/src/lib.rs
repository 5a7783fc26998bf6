//! A driver for cld in Rust, without a crate: the ABI of cld_plugin.h.

mod json;
mod step;
mod topic;

use json::Json;
use std::os::raw::c_void;

const NAME: &str = "rust-driver";
const VERSION: &str = "0.1.0";

/// cld_text: borrowed UTF-8.
#[repr(C)]
pub struct Text {
    bytes: *const u8,
    count: usize,
}

/// cld_sink: where an answer goes.
#[repr(C)]
pub struct Sink {
    size: u32,
    reserved: u32,
    host: *mut c_void,
    write: extern "C" fn(*mut c_void, Text),
}

/// cld_plugin: what the driver is.
#[repr(C)]
pub struct Plugin {
    size: u32,
    abi_min: u32,
    abi_max: u32,
    reserved: u32,
    name: Text,
    version: Text,
    describe: unsafe extern "C" fn(*const Sink),
    step: unsafe extern "C" fn(Text, *const Sink),
    facet: *const c_void,
}

// Sound: a constant that nobody writes.
unsafe impl Sync for Plugin {}

static PLUGIN: Plugin = Plugin {
    size: std::mem::size_of::<Plugin>() as u32,
    abi_min: 1,
    abi_max: 1,
    reserved: 0,
    name: Text { bytes: NAME.as_ptr(), count: NAME.len() },
    version: Text { bytes: VERSION.as_ptr(), count: VERSION.len() },
    describe,
    step,
    facet: std::ptr::null(),
};

/// The one exported symbol: null when host and driver share no epoch.
#[no_mangle]
pub extern "C" fn cld_plugin_entry(host_abi_min: u32, host_abi_max: u32) -> *const Plugin {
    if host_abi_min <= 1 && 1 <= host_abi_max {
        &PLUGIN
    } else {
        std::ptr::null()
    }
}

/// Sound: the host passes a sink that is valid during the call.
unsafe fn write(answer: &Json, sink: *const Sink) {
    let mut text = String::new();
    answer.write(&mut text);
    ((*sink).write)((*sink).host, Text { bytes: text.as_ptr(), count: text.len() });
}

unsafe extern "C" fn describe(sink: *const Sink) {
    let ops = topic::HANDLERS.iter().map(|(op, _)| Json::text(op)).collect();
    let provided = Json::map(vec![("type", Json::text(topic::TYPE)), ("kind", Json::text("resource")), ("ops", Json::List(ops))]);
    let types = Json::List(vec![provided]);
    write(&Json::map(vec![("name", Json::text(NAME)), ("version", Json::text(VERSION)), ("types", types)]), sink);
}

/// Sound: the host's text is valid during the call, and its bytes are null only when there are none.
unsafe extern "C" fn step(request: Text, sink: *const Sink) {
    let bytes = if request.count == 0 { &[] } else { std::slice::from_raw_parts(request.bytes, request.count) };
    write(&answer(bytes), sink);
}

/// A pure function: the same request gives the same answer.
fn answer(request: &[u8]) -> Json {
    let request = match std::str::from_utf8(request).ok().and_then(Json::parse) {
        Some(request @ Json::Map(_)) => request,
        _ => return step::fail("bad_request", "the request is no JSON object", None).0,
    };
    let op = request.get("op").as_text();
    let handler = topic::HANDLERS.iter().find(|(name, _)| *name == op && request.get("type").as_text() == topic::TYPE);
    match handler {
        Some((_, handler)) => handler(&mut step::Step::new(&request)).unwrap_or_else(|answer| answer.0),
        None => step::fail("unsupported", "there is no such type and operation", None).0,
    }
}
