//! The scripted model: as much of `POST /v1/messages` as Claude Code needs, as server-sent events, on this machine.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::script::{HOME, PLAN_FILE, Reply, Script};

/// Longer than anything in these tests takes.
pub const DEADLINE: Duration = Duration::from_mins(1);
/// How Claude Code asks for what is to be left of a conversation.
const ASKS_FOR_A_SUMMARY: &str = "detailed summary of the conversation";
/// What the model makes of that.
const SUMMARY: &str = "<analysis>What was said is weighed.</analysis>\n<summary>The invoices are numbered per tenant.</summary>";

/// A model that listens until it is dropped; connections end with the sessions that opened them.
pub struct Model {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    home: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
    ids: AtomicU64,
}

#[derive(Default)]
struct State {
    /// How often each step of each play was asked for.
    asked: BTreeMap<(String, usize), usize>,
    /// When each was first asked for.
    asked_at: BTreeMap<(String, usize), Instant>,
    released: bool,
    closed: bool,
    /// How long it thinks before each reply.
    thinks: Duration,
}

impl Model {
    pub fn start(script: Script, home: &Path) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script,
            home: home.to_owned(),
            state: Mutex::default(),
            changed: Condvar::new(),
            ids: AtomicU64::new(1),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.state().closed {
                    return;
                }
                let shared = Arc::clone(&serving);
                // A session that was killed leaves a broken connection, and that is all.
                thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Self { port, shared }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits until this step of a play was asked for so many times.
    #[track_caller]
    pub fn wait_for(&self, play: &str, step: usize, times: usize) {
        let end = Instant::now() + DEADLINE;
        let key = (play.to_owned(), step);
        let mut state = self.shared.state();
        while state.asked.get(&key).copied().unwrap_or(0) < times {
            assert!(Instant::now() < end, "nobody asked for step {step} of {play}: {:?}", state.asked);
            state = self.shared.changed.wait_timeout(state, Duration::from_secs(1)).unwrap().0;
        }
    }

    /// When each step of a play was first asked for, in the order of the steps.
    pub fn asked_at(&self, play: &str) -> Vec<Instant> {
        let state = self.shared.state();
        state.asked_at.iter().filter(|((name, _), _)| name == play).map(|(_, at)| *at).collect()
    }

    /// From now on it thinks for so long before each reply.
    pub fn think(&self, thinks: Duration) {
        self.shared.state().thinks = thinks;
    }

    /// Lets every held reply go, those that come later too.
    pub fn release(&self) {
        self.shared.state().released = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.release();
        // Wakes the listener, which then finds that it is closed.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some((line, body)) = read_request(&mut reader)? {
            let asked: Option<Value> =
                serde_json::from_slice(&body).ok().filter(|body: &Value| body["messages"].is_array());
            let Some(asked) = asked
                .filter(|_| line.starts_with("POST /v1/messages?") || line.starts_with("POST /v1/messages "))
            else {
                let status = if line.starts_with("HEAD / ") { "200 OK" } else { "404 Not Found" };
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n")?;
                continue;
            };
            let Some(reply) = self.reply(&asked) else {
                // Until the session gives up.
                return reader.read_to_end(&mut Vec::new()).map(drop);
            };
            let events = self.events(&asked, &reply);
            let thinks = self.state().thinks;
            thread::sleep(thinks);
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n",
                events.len()
            )?;
            stream.write_all(events.as_bytes())?;
        }
        Ok(())
    }

    /// What is to be said now; `None` for silence.
    fn reply(&self, asked: &Value) -> Option<Reply> {
        let messages = asked["messages"].as_array().unwrap();
        let last_said = messages.iter().rfind(|message| message["role"] == "user").map(text_of);
        if last_said.is_some_and(|text| text.contains(ASKS_FOR_A_SUMMARY)) {
            return Some(crate::script::says(SUMMARY));
        }
        let prompted = messages.iter().enumerate().rev().find_map(|(at, message)| {
            let text = (message["role"] == "user").then(|| text_of(message))?;
            self.script.named_in(&text).map(|play| (at, play.to_owned()))
        });
        let Some((at, play)) = prompted else { return Some(crate::script::says("ok")) };
        let step = messages[at..].iter().filter(|message| message["role"] == "assistant").count();
        let mut reply = self.script.reply(&play, step);
        let mut state = self.state();
        *state.asked.entry((play.clone(), step)).or_default() += 1;
        state.asked_at.entry((play, step)).or_insert_with(Instant::now);
        self.changed.notify_all();
        while let Reply::Held(inner) = reply {
            while !state.released {
                state = self.changed.wait(state).unwrap();
            }
            reply = *inner;
        }
        (!matches!(reply, Reply::Silence)).then_some(reply)
    }

    fn events(&self, asked: &Value, reply: &Reply) -> String {
        let mut events = Events::default();
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let usage = json!({"input_tokens": 10, "output_tokens": 1});
        let message = json!({
            "id": format!("msg_{id}"), "type": "message", "role": "assistant", "model": asked["model"], "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": usage,
        });
        events.push("message_start", &json!({"message": message}).to_string());
        let reason = match reply {
            Reply::Says(text) => {
                events.block(0, r#"{"type":"text","text":""}"#, "text_delta", "text", text);
                "end_turn"
            }
            Reply::Calls(calls) => {
                for (index, (tool, input)) in calls.iter().enumerate() {
                    // Unique in all sessions of a test, and of the form the service gives.
                    let call = format!("toolu_{}_{id}_{index}", std::process::id());
                    let start = json!({"type": "tool_use", "id": call, "name": tool, "input": {}});
                    let plan_file = plan_file(asked).unwrap_or_default();
                    let input = input.to_string().replace(PLAN_FILE, &plan_file);
                    let input = input.replace(HOME, self.home.to_str().unwrap());
                    let quoted = Value::from(input).to_string();
                    let inside = &quoted[1..quoted.len() - 1];
                    events.block(index, &start.to_string(), "input_json_delta", "partial_json", inside);
                }
                "tool_use"
            }
            Reply::Held(_) | Reply::Silence => unreachable!("these are no answers"),
        };
        let stop =
            json!({"delta": {"stop_reason": reason, "stop_sequence": null}, "usage": {"output_tokens": 5}});
        events.push("message_delta", &stop.to_string());
        events.push("message_stop", "{}");
        events.0
    }
}

#[derive(Default)]
struct Events(String);

impl Events {
    /// `fields` is an object.
    fn push(&mut self, kind: &str, fields: &str) {
        let rest = if fields == "{}" { "}".to_owned() } else { format!(",{}", &fields[1..]) };
        self.0.push_str(&format!("event: {kind}\ndata: {{\"type\":\"{kind}\"{rest}\n\n"));
    }

    /// A block whose whole text comes in one piece; `inside` is the inside of a JSON string.
    fn block(&mut self, index: usize, start: &str, delta: &str, field: &str, inside: &str) {
        self.push("content_block_start", &format!(r#"{{"index":{index},"content_block":{start}}}"#));
        let delta = format!(r#"{{"index":{index},"delta":{{"type":"{delta}","{field}":"{inside}"}}}}"#);
        self.push("content_block_delta", &delta);
        self.push("content_block_stop", &format!(r#"{{"index":{index}}}"#));
    }
}

/// The first line and the body; `None` when the connection has ended.
fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((first, body)))
}

/// What a message says, its results of tools not counted.
fn text_of(message: &Value) -> String {
    match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            blocks.iter().filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// In plan mode Claude Code tells the model which file the plan is to be written to.
fn plan_file(asked: &Value) -> Option<String> {
    let text = asked["messages"].to_string();
    let (before, after) = text.rsplit_once("/.claude/plans/")?;
    let start = before.rfind(|each: char| each.is_whitespace() || "\"'`(:".contains(each))? + 1;
    let (name, _) = after.split_once(".md")?;
    Some(format!("{}/.claude/plans/{name}.md", &before[start..]))
}
