//! A scene played on two machines: what is the same with our hooks and without, and what is left behind.

use std::io::{self, Write as _};

use crate::machine::{Hooks, Machine};
use crate::script::Script;
use crate::session::Ended;

/// Plays the scene without our hooks and with them. What Claude Code prints and how it exits is the same, and its log has
/// nothing against us. Returns the machine with the hooks.
#[track_caller]
pub fn play(script: &Script, scene: impl Fn(&mut Machine) -> Vec<Ended>) -> Machine {
    let mut without = Machine::new(script.clone(), Hooks::None);
    let bare = scene(&mut without);
    let mut with = Machine::new(script.clone(), Hooks::Installed);
    let hooked = scene(&mut with);
    alike(&bare, &hooked);
    assert_eq!(without.kept().len(), 0, "without hooks nothing is kept");
    with
}

/// Says something that is to be seen of a test that passes too, whose output is not shown otherwise.
pub fn tell(line: &str) {
    io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Whether nothing of ours can be seen in the second of two times the same sessions.
#[track_caller]
pub fn alike(bare: &[Ended], hooked: &[Ended]) {
    assert_eq!(bare.len(), hooked.len());
    for (bare, hooked) in bare.iter().zip(hooked) {
        assert_eq!((hooked.code, hooked.signal), (bare.code, bare.signal), "{hooked:?}\n{bare:?}");
        assert_eq!(hooked.stdout, bare.stdout);
        assert_eq!(hooked.stderr, bare.stderr);
        hooked.hooks_went_well();
        println!("{:?}: {:.2?} without our hooks, {:.2?} with", hooked.code, bare.took, hooked.took);
    }
}
