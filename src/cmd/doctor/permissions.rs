//! Our two directories: whose they are, who else may write there, and whether we may.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::Finding;
use super::settings::quoted;
use crate::cmd::Session;
use crate::sys::{self, Dir, Refused};

const OTHERS_MAY_WRITE: u32 = 0o022;
const OTHERS_MAY_LOOK: u32 = 0o055;

pub(super) fn findings(session: &Session) -> Vec<Finding> {
    let state = &session.paths.state;
    let mut findings = vec![writable("state", state)];
    // Where the spools are, a directory that others may write to is as bad as above.
    for below in ["spool", "spool/v1"] {
        let path = state.join(below);
        if let Err(refused) = Dir::open(&path)
            && !refused.is_not_found()
        {
            findings.push(unusable("state", &path, &refused));
        }
    }
    let settings = &session.paths.settings;
    if let Err(refused) = Dir::open(settings)
        && !refused.is_not_found()
        && !is_a_link(settings)
    {
        findings.push(unusable("settings", settings, &refused));
    }
    findings
}

fn writable(check: &'static str, path: &Path) -> Finding {
    match Dir::open(path) {
        Err(refused) if refused.is_not_found() => not_there(check, path),
        Err(refused) => unusable(check, path, &refused),
        Ok(_) => match sys::check_writable(path) {
            Err(error) => Finding::bad(
                check,
                format!("nothing new is captured: cannot write to {}: {error}", path.display()),
                format!("ls -ld {}; df {0}", quoted(&path.display().to_string())),
            ),
            Ok(()) if mode(path).is_some_and(|mode| mode & OTHERS_MAY_LOOK != 0) => {
                Finding::note(check, format!("others may look into {}", path.display()))
                    .with(format!("chmod 700 {}", quoted(&path.display().to_string())))
            }
            Ok(()) => Finding::good(check, format!("{} is yours alone", path.display())),
        },
    }
}

/// It is made by the first capture, if it can be.
fn not_there(check: &'static str, path: &Path) -> Finding {
    let above = path.ancestors().find(|above| above.exists());
    match above.map(|above| (above, sys::check_writable(above))) {
        Some((above, Err(error))) => Finding::bad(
            check,
            format!("nothing is captured: cannot make {}: {}: {error}", path.display(), above.display()),
            format!("ls -ld {}", quoted(&above.display().to_string())),
        ),
        _ => Finding::good(check, format!("{} is made by the first capture", path.display())),
    }
}

fn unusable(check: &'static str, path: &Path, refused: &Refused) -> Finding {
    let name = quoted(&path.display().to_string());
    let mend = match mode(path) {
        Some(_) if matches!(refused, Refused::Shape(_)) => format!("mv {name} {name}.moved"),
        Some(mode) if mode & OTHERS_MAY_WRITE != 0 => format!("chmod go-w {name}"),
        _ => format!("sudo chown \"$(id -u)\" {name}"),
    };
    Finding::bad(check, format!("nothing is captured: cannot use {}: {refused}", path.display()), mend)
}

fn mode(path: &Path) -> Option<u32> {
    path.symlink_metadata().ok().map(|meta| meta.mode())
}

/// People keep their settings in a dotfiles repository; the files in it are judged by themselves.
fn is_a_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_symlink())
}
