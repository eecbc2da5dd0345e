//! What `--version` tells of a build: the target, and of a release build the commit; and how the static program is laid out.
//!
//! The commit is what `ENGRAM_COMMIT` says (a source archive has no repository), else what `.git` says, read by hand:
//! a build must not need git, and must come out the same wherever it is made. A build for tests does without, or every
//! commit would build everything again.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=ENGRAM_COMMIT");
    let target = env::var("TARGET").unwrap_or_default();
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = env::var("ENGRAM_COMMIT").ok().or_else(|| is_release.then(commit)?);
    let commit = commit.filter(|commit| is_commit(commit)).map(|commit| format!("{commit:.12}, "));
    println!("cargo::rustc-env=BUILT_FROM={}{target}", commit.unwrap_or_default());
    if is_release && target.ends_with("-linux-musl") {
        lay_out();
    }
}

/// Puts the functions of a capture side by side (`link/order.py`).
fn lay_out() {
    let script = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("link/capture.ld");
    println!("cargo::rerun-if-changed={}", script.display());
    println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", script.display());
}

fn is_commit(text: &str) -> bool {
    text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The commit that is checked out, when these sources are a repository of their own.
fn commit() -> Option<String> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    let git = git_dir(&root.join(".git"))?;
    let head = read(&git.join("HEAD"))?;
    let Some(name) = head.strip_prefix("ref: ") else { return Some(head) };
    let common = read(&git.join("commondir")).map_or_else(|| git.clone(), |common| git.join(common));
    read(&common.join(name)).or_else(|| {
        let packed = read(&common.join("packed-refs"))?;
        let line = packed.lines().find(|line| line.ends_with(&format!(" {name}")))?;
        line.split(' ').next().map(str::to_owned)
    })
}

/// In a worktree, `.git` is a file that names the directory.
fn git_dir(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let named = read(git)?;
    Some(git.parent()?.join(named.strip_prefix("gitdir: ")?))
}

/// A file that decides what is built.
fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo::rerun-if-changed={}", path.display());
    Some(text.trim().to_owned())
}
