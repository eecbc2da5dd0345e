//! What redacting costs: no allocation where nothing is found, and time in proportion to the text.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use engram_hook::hook::private::without_private;
use engram_hook::hook::redact::{KnownSecrets, redact};
use engram_hook::hook::text::clean;

use super::labelled::innocents;

/// Linear work on megabytes takes seconds on the slowest machine, quadratic work takes hours: this is no measure of speed.
const HANGS: Duration = Duration::from_mins(1);

/// Counts what the thread at hand allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator is counted in by being one; it only hands on to the system's")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

#[test]
fn text_without_secrets_costs_no_allocation() {
    let innocents = innocents();
    let text: String =
        innocents.iter().take(500).map(|innocent| innocent.text.as_str()).collect::<Vec<_>>().join("\n");
    let vars = [("ACME_TOKEN", "weltzeit-uhr-am-alex")];
    let known = KnownSecrets::of(vars.into_iter());
    assert_eq!(allocations(|| assert!(redact(&text, &KnownSecrets::default()).kinds.is_empty())), 0);
    assert_eq!(allocations(|| assert!(redact(&text, &known).kinds.is_empty())), 0);
    assert_eq!(allocations(|| assert_eq!(without_private(&text), text.as_str())), 0);
    assert_eq!(allocations(|| assert_eq!(clean(&text), text.trim())), 0);
    assert!(allocations(|| drop(redact("token=x7Kp2mQ9b1C3d5E7f9", &known))) > 0, "the counter counts");
}

/// Beginnings of secrets that never end, and ends that never began.
const HOSTILE: [&str; 64] = [
    "auth=(\"a\",",
    "config set ",
    "--name token --value ",
    "|a|b|\n|--|--|\n|token|",
    "パスワードは",
    "contraseña es ",
    "|password|\n|--|\n",
    "|--",
    "|a1b2c3d4|\n",
    "--\n",
    "PDO('",
    "PDO('a','b',",
    "jwt.sign({",
    "echo a1 | sudo -S ",
    "| sudo -S",
    " <<<",
    "wandb login ",
    " -u a,b1c2d3",
    "htpasswd -b ",
    "a:5432:b:c:",
    "=",
    "a=",
    "-",
    "-----BEGIN",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----abcd ",
    "-----END PRIVATE KEY-----",
    "---- BEGIN SSH2 PRIVATE KEY ----",
    "eyJ",
    "eyJ.",
    "eyJhbGciOiJIUzI1NiJ9.",
    "a@",
    "://",
    "http://a:b",
    "http://a:b/",
    "http://a@",
    "password=",
    "password: \"",
    "password='",
    "token=token",
    "TOKEN=a1b2c3d4",
    "\"password\":",
    "--password ",
    "<password>",
    " -u a:",
    "curl -u a:",
    "Authorization: ",
    "Authorization: Basic ",
    "Bearer ",
    "Cookie: a=b;",
    "sk-",
    "sk-a1",
    "ghp_",
    "ghp_a1b2c3d4\\\n",
    "glpat-a\n",
    "xoxb-1",
    "AKIA",
    "MTA.",
    "s.",
    "1:AA",
    "[redacted:",
    "[redacted:token]",
    "Private-Lines: 1\n",
    "\"d\":\"",
];

/// A build without optimisation takes long enough for half a megabyte to tell a line from a parabola.
const HOSTILE_BYTES: usize = if cfg!(debug_assertions) { 500_000 } else { 6_000_000 };

#[test]
fn hostile_megabytes_are_read_in_linear_time() {
    for part in HOSTILE {
        let text = part.repeat(HOSTILE_BYTES / part.len());
        let begun = Instant::now();
        let redacted = redact(&text, &KnownSecrets::default());
        assert!(redacted.text.len() <= 4 * text.len(), "{part:?}");
        assert!(begun.elapsed() < HANGS, "{part:?} took {:?}", begun.elapsed());
    }
}

#[test]
fn six_megabytes_of_what_most_secrets_begin_with_are_read_at_once() {
    for part in [
        "=",
        "-----BEGIN",
        "-----BEGIN PRIVATE KEY-----abcd ",
        "eyJ",
        "a@",
        "password: \"",
        "Private-Lines: 1\n",
    ] {
        let text = part.repeat(6_000_000 / part.len());
        let begun = Instant::now();
        assert_eq!(redact(&text, &KnownSecrets::default()).text, text);
        assert!(begun.elapsed() < HANGS, "{part:?} took {:?}", begun.elapsed());
    }
}
