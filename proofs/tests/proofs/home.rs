//! What the proofs share: homes whose program can be told to die, and when a home has come to rest.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use engram_local::{Fault, Options, Server};

use crate::sandbox::{DEADLINE, Held, Sandbox, stop};

/// A home that delivers to this server, with the mistake that the test of the tests asks for.
pub fn home(server: &Server) -> Sandbox {
    let sandbox = Sandbox::to(&server.url()).with("ENGRAM_API_KEY", &server.create_key("k"));
    match std::env::var("ENGRAM_MUTANT") {
        Ok(mutant) => sandbox.with("ENGRAM_MUTANT", &mutant),
        Err(_) => sandbox,
    }
}

/// A home in which these memories wait, and a server that has not been asked.
pub fn with_waiting(messages: &[&str]) -> (Server, Sandbox) {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = home(&server);
    let background = sandbox.hold_flush();
    for message in messages {
        assert!(capture(sandbox.command(&["capture"]), message));
    }
    drop(background);
    (server, sandbox)
}

/// Where an armed program says that it has come to its failpoint.
pub fn sign(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join("failpoint")
}

/// A command that is told to die or to wait: `kill append.locked`, `cut append.write 17`.
pub fn armed(sandbox: &Sandbox, arguments: &[&str], order: &str) -> Command {
    let mut words = order.split(' ');
    let (what, point) = (words.next().unwrap(), words.next().unwrap());
    let number = words.next().unwrap_or_default();
    let mut command = sandbox.command(arguments);
    command.env("ENGRAM_FAILPOINT", format!("{what} {point} {} {number}", sign(sandbox).display()));
    command
}

/// One capture of a turn that says `message`; whether it was acknowledged, by its exit code 0.
pub fn capture(mut command: Command, message: &str) -> bool {
    use std::io::Write as _;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may die before it has read everything.
    drop(child.stdin.take().unwrap().write_all(stop("s", message).as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
    output.status.code() == Some(0)
}

/// Holds `lock`, so that captures write without it.
pub fn hold_lock(sandbox: &Sandbox) -> Held {
    let lock = std::fs::File::open(sandbox.spool().join("lock")).unwrap();
    lock.lock().unwrap();
    Held(lock)
}

/// Starts a command that is told to wait at a failpoint, and waits until it does.
#[track_caller]
pub fn held_at(point: &str, sandbox: &Sandbox, arguments: &[&str], stdin: &str) -> Child {
    use std::io::Write as _;
    let mut command = armed(sandbox, arguments, &format!("hold {point}"));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    sandbox.wait_until(&format!("{point} is passed"), |sandbox| sign(sandbox).exists());
    child
}

/// Lets it go on to its end.
#[track_caller]
pub fn let_go(sandbox: &Sandbox, mut held: Child) -> ExitStatus {
    std::fs::remove_file(sign(sandbox)).unwrap();
    held.wait().unwrap()
}

/// One memory that the server does not take for an hour.
pub fn waits_long(server: &Server, sandbox: &Sandbox, message: &str) {
    server.faults().always(Some(Fault::Status {
        code: 503,
        headers: vec![("retry-after".into(), "3600".into())],
        body: String::new(),
    }));
    assert!(capture(sandbox.command(&["capture"]), message));
    until_no_flush_lives(sandbox);
    server.faults().clear();
    assert_eq!(sandbox.waiting(), 1);
}

/// Waits until nobody holds `flush.lock`: every flush has left, or died.
#[track_caller]
pub fn until_no_flush_lives(sandbox: &Sandbox) {
    let end = Instant::now() + DEADLINE;
    while flush_lives(sandbox) {
        assert!(Instant::now() < end, "a flush lives on for {DEADLINE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn flush_lives(sandbox: &Sandbox) -> bool {
    let Ok(spools) = std::fs::read_dir(sandbox.state().join("spool/v1")) else { return false };
    spools.flatten().filter_map(|spool| std::fs::File::open(spool.path().join("flush.lock")).ok()).any(
        |lock| {
            let is_held = lock.try_lock_shared().is_err();
            lock.unlock().unwrap();
            is_held
        },
    )
}

/// Whether all of these arrive without anybody doing anything: the answer is no as soon as no flush lives to bring them.
pub fn arrive(sandbox: &Sandbox, server: &Server, messages: &[&str]) -> bool {
    let end = Instant::now() + DEADLINE;
    loop {
        let lives = flush_lives(sandbox);
        let arrived = said(server);
        if messages.iter().all(|message| arrived.iter().any(|said| said == message)) {
            return true;
        }
        if !lives || Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the turns that arrived say.
pub fn said(server: &Server) -> Vec<String> {
    server.memories().iter().map(|memory| memory.content.trim_end_matches(['·', ' ']).to_owned()).collect()
}

/// How often each id was sent and answered with an acceptance.
pub fn deliveries(server: &Server) -> BTreeMap<String, usize> {
    let mut deliveries = BTreeMap::new();
    for request in
        server.requests().iter().filter(|request| request.status.is_some_and(|status| status < 300))
    {
        *deliveries.entry(request.header("idempotency-key").unwrap().to_owned()).or_default() += 1;
    }
    deliveries
}
