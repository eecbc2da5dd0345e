#!/bin/sh
# Builds engram-hook, or takes it from a release, and puts it where your shell finds it; shows it at work without an
# account; takes it out again.
# Needs no root. Exit codes: 0 done, 1 failed, 64 usage. Never 2, which Claude Code reads as "block".
set -eu

usage() {
    cat <<'END'
Builds engram-hook, the capture hook for Claude Code, and installs it for you alone.

Usage: ./install.sh [--bin-dir DIR]                        build and install
       ./install.sh --from FILE [--local] [--bin-dir DIR]  install from a release archive, without building
       ./install.sh --demo                                 show everything at work, with no account; leaves nothing behind
       ./install.sh --local [--systemd] [--bin-dir DIR]    install engram-local, the service on your own machine
       ./install.sh --uninstall [--bin-dir DIR]            take the hooks and the programs out again

Options:
  --bin-dir DIR  where the programs go [default: ~/.local/bin]
  --from FILE    a release archive; it must be what SHA256SUMS beside it says
  --sha256 HEX   with --from: it must be this, and SHA256SUMS is not looked at
  --demo         build both programs, and run them in a temporary directory against each other
  --local        install engram-local instead of the hook
  --systemd      with --local: start it with every login, as a systemd user unit
  --uninstall    remove what an install put there; memories and keys stay, and it says where
  --help         print this
END
}

say() { printf '%s\n' "$*"; }

fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

wrong() {
    printf 'install.sh: %s; see ./install.sh --help\n' "$*" >&2
    exit 64
}

root=$(cd "$(dirname "$0")" && pwd) || fail "cannot find the directory of this script"
target_dir=${CARGO_TARGET_DIR:-$root/target}
case $target_dir in /*) ;; *) target_dir=$PWD/$target_dir ;; esac
# Would put the programs where this script does not look.
unset CARGO_BUILD_TARGET

mode=install
bin_dir=
from=
sha256=
systemd=no
while [ $# -gt 0 ]; do
    case $1 in
    --bin-dir) [ $# -ge 2 ] || wrong "--bin-dir needs a directory"; bin_dir=$2; shift ;;
    --bin-dir=*) bin_dir=${1#--bin-dir=} ;;
    --from) [ $# -ge 2 ] || wrong "--from needs a release archive"; from=$2; shift ;;
    --from=*) from=${1#--from=} ;;
    --sha256) [ $# -ge 2 ] || wrong "--sha256 needs a sum"; sha256=$2; shift ;;
    --sha256=*) sha256=${1#--sha256=} ;;
    --demo | --local | --uninstall)
        [ "$mode" = install ] || [ "$mode" = "${1#--}" ] || wrong "--$mode and $1 do not go together"
        mode=${1#--}
        ;;
    --systemd) systemd=yes ;;
    -h | --help) usage; exit 0 ;;
    *) wrong "there is no option $1" ;;
    esac
    shift
done
[ "$systemd" = no ] || [ "$mode" = local ] || wrong "--systemd goes with --local"
[ -z "$sha256" ] || [ -n "$from" ] || wrong "--sha256 goes with --from"
case $mode in
demo | uninstall) [ -z "$from" ] || wrong "--from and --$mode do not go together" ;;
esac

# find_bin_dir: sets bin_dir to an absolute path
find_bin_dir() {
    if [ -z "$bin_dir" ]; then
        [ -n "${HOME:-}" ] || fail "cannot tell where to install: set HOME, or name a directory with --bin-dir"
        bin_dir=$HOME/.local/bin
    fi
    case $bin_dir in /*) ;; *) bin_dir=$PWD/$bin_dir ;; esac
}

# find_cargo: puts cargo into PATH, or says what is missing
find_cargo() {
    if ! command -v cargo >/dev/null 2>&1; then
        [ -x "${CARGO_HOME:-${HOME:-}/.cargo}/bin/cargo" ] ||
            fail "cannot build without cargo: install Rust from https://rustup.rs and run this again"
        PATH=${CARGO_HOME:-${HOME:-}/.cargo}/bin:$PATH
    fi
    cd "$root"
}

# choose_target: sets target, static where that can be had, and kind to what it is
choose_target() {
    target=$(rustc -vV | sed -n 's/^host: //p')
    [ -n "$target" ] || fail "cannot ask rustc for its target: install Rust from https://rustup.rs and run this again"
    kind=native
    [ "$(uname -s)" = Linux ] || return 0
    case $(uname -m) in
    x86_64 | amd64) musl=x86_64-unknown-linux-musl ;;
    aarch64 | arm64) musl=aarch64-unknown-linux-musl ;;
    *) return 0 ;;
    esac
    why=
    # Two dependencies are written in C.
    if ! command -v musl-gcc >/dev/null 2>&1 && ! command -v "${musl%%-*}-linux-musl-gcc" >/dev/null 2>&1; then
        why="there is no C compiler for musl (Debian: apt install musl-tools)"
    elif [ ! -d "$(rustc --print sysroot)/lib/rustlib/$musl" ]; then
        if ! command -v rustup >/dev/null 2>&1; then
            why="there is no rustup to add the target $musl with"
        elif ! rustup target add "$musl"; then
            why="rustup could not add the target $musl"
        fi
    fi
    if [ -n "$why" ]; then
        say "building for $target, not static: $why"
    else
        target=$musl kind=static
    fi
}

# build_release PACKAGE: builds it, and sets built to the program
build_release() {
    find_cargo
    choose_target
    say "building $1 for $target ($kind)"
    cargo build --locked --release --target "$target" --target-dir "$target_dir" -p "$1" --bin "$1" ||
        fail "cannot build $1: see above; it needs Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or newer (rustup update)"
    built=$target_dir/$target/release/$1
    [ -x "$built" ] || fail "cannot find $built after the build: set CARGO_TARGET_DIR and run this again"
}

# this_machine: the target whose archive runs here; nothing where there is none
this_machine() {
    case $(uname -s)/$(uname -m) in
    Linux/x86_64 | Linux/amd64) say x86_64-unknown-linux-musl ;;
    Linux/aarch64 | Linux/arm64) say aarch64-unknown-linux-musl ;;
    Darwin/arm64) say aarch64-apple-darwin ;;
    Darwin/x86_64) say x86_64-apple-darwin ;;
    esac
}

# sum_of FILE: its SHA-256, by whichever program there is
sum_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    elif command -v openssl >/dev/null 2>&1; then
        openssl dgst -sha256 -r <"$1"
    else
        say "not known here, where sha256sum, shasum and openssl are missing,"
    fi | sed 's/ [ *].*//'
}

# expected_sum: what the archive must be
expected_sum() {
    if [ -n "$sha256" ]; then
        say "$sha256" | tr 'A-F' 'a-f'
        return
    fi
    sums=$(dirname "$from")/SHA256SUMS
    [ -r "$sums" ] ||
        fail "cannot verify $from: put SHA256SUMS of the same release beside it, or give the sum with --sha256"
    # The name whole, after two spaces, or a space and the star of binary mode.
    expected=$(awk -v name="$(basename "$from")" 'substr($0, 67) == name { print substr($0, 1, 64) }' "$sums")
    [ -n "$expected" ] ||
        fail "cannot verify $from: $sums does not name it; take both from the same release, under their own names"
    say "$expected"
}

forget_unpacked() {
    status=$?
    trap - EXIT HUP INT TERM
    rm -rf "$unpacked"
    exit "$status"
}

# unpack PACKAGE: verifies the archive, takes this one program out of it, and sets built to it
unpack() {
    if [ ! -f "$from" ] || [ ! -r "$from" ]; then
        fail "cannot read $from: name a release archive that is there"
    fi
    unpacked=$(mktemp -d) || fail "cannot make a temporary directory: check TMPDIR"
    trap forget_unpacked EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    # A copy, so that what is unpacked is what was verified.
    cp "$from" "$unpacked/archive" || fail "cannot copy $from: is there room in ${TMPDIR:-/tmp}?"
    wanted=$(expected_sum)
    sum=$(sum_of "$unpacked/archive")
    [ "$sum" = "$wanted" ] ||
        fail "cannot trust $from: its SHA-256 is $sum and should be $wanted; download it again"
    tar -tzf "$unpacked/archive" >"$unpacked/names" 2>/dev/null ||
        fail "cannot read $from: it is no .tar.gz archive; download a release archive"
    # Nothing outside one directory, nothing with a strange name.
    top=$(sed -n '1s|/.*||p' "$unpacked/names")
    if LC_ALL=C grep -qv "^$(say "$top" | sed 's/[.]/[.]/g')/[A-Za-z0-9._/-]*\$" "$unpacked/names" ||
        grep -q '\.\.' "$unpacked/names"; then
        fail "cannot trust $from: there are paths in it that no release has; download it again"
    fi
    machine=$(this_machine)
    case $top in
    engram-hook-*-"${machine:-none}") ;;
    engram-hook-*) fail "cannot install $from: it is for another machine; take the archive for ${machine:-yours, or build with ./install.sh}" ;;
    *) fail "cannot install $from: it is no release of engram-hook" ;;
    esac
    tar -xzf "$unpacked/archive" -C "$unpacked" "$top/$1" 2>/dev/null ||
        fail "cannot find $1 in $from: download it again"
    built=$unpacked/$top/$1
    # A link would name a file of this machine.
    if [ ! -f "$built" ] || [ -L "$built" ]; then
        fail "cannot trust $from: $1 in it is no file; download it again"
    fi
    kind="verified, from a release"
}

# get PACKAGE: sets built to the program, from a release archive, from beside this script where that is one, or built here
get() {
    if [ -n "$from" ]; then
        unpack "$1"
    elif [ ! -e "$root/Cargo.toml" ] && [ -x "$root/$1" ]; then
        built=$root/$1 kind="from a release"
    else
        build_release "$1"
    fi
}

# put PROGRAM: under its name into bin_dir, in one step, so that a hook that starts meanwhile finds one or the other
put() {
    mkdir -p "$bin_dir" || fail "cannot make $bin_dir: name another directory with --bin-dir"
    name=$(basename "$1")
    new=$bin_dir/.$name.$$
    if ! cp "$1" "$new" || ! chmod 755 "$new" || ! mv -f "$new" "$bin_dir/$name"; then
        rm -f "$new"
        fail "cannot write to $bin_dir: name another directory with --bin-dir"
    fi
    version=$("$bin_dir/$name" --version) || fail "cannot run $bin_dir/$name: can programs be run from there?"
    say "$version is in $bin_dir ($kind, $(($(wc -c <"$bin_dir/$name") / 1024)) KiB)"
}

path_hint() {
    case :$PATH: in
    *:"$bin_dir":*) ;;
    *)
        say ""
        say "Your shell does not look there yet; add to its profile:"
        say "  export PATH=\"$bin_dir:\$PATH\""
        ;;
    esac
}

install_hook() {
    find_bin_dir
    get engram-hook
    put "$built"
    path_hint
    say ""
    say "Go on with:"
    say "  export ENGRAM_API_KEY=eng_...   # your key; into your shell's profile"
    say "  engram-hook install             # the hooks, into Claude Code's settings"
    say "  engram-hook doctor              # is everything ready? if not, what mends it"
}

unit_file() { say "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user/engram-local.service"; }

install_local() {
    find_bin_dir
    get engram-local
    put "$built"
    path_hint
    say ""
    if [ "$systemd" = yes ]; then
        install_unit
    else
        say "Go on with:"
        say "  engram-local serve              # answers on http://127.0.0.1:8000 until stopped; prints the page's link"
    fi
    say "  engram-local keys create laptop # prints a key, this once"
    say "  export ENGRAM_API_URL=http://127.0.0.1:8000   # these two into your shell's profile"
    say "  export ENGRAM_API_KEY=eng_...                 # the key"
}

install_unit() {
    [ -n "${HOME:-}" ] || fail "cannot tell where units go: set HOME"
    unit=$(unit_file)
    mkdir -p "$(dirname "$unit")" || fail "cannot make $(dirname "$unit"): check the directory and run this again"
    # In a unit `%` starts a specifier.
    quoted=$(printf '%s' "$bin_dir/engram-local" | sed 's/[\\"]/\\&/g; s/%/%%/g')
    cat >"$unit" <<END || fail "cannot write $unit: check the directory and run this again"
[Unit]
Description=Memories of AI coding sessions, on this machine

[Service]
ExecStart="$quoted" serve
Restart=on-failure
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
END
    say "the unit is in $unit"
    if systemctl --user daemon-reload 2>/dev/null && systemctl --user enable --now engram-local.service; then
        say "engram-local runs, and starts with every login. Go on with:"
    else
        say "cannot reach your systemd from here. Go on with:"
        say "  systemctl --user daemon-reload && systemctl --user enable --now engram-local.service"
    fi
    say "  engram-local admin-url          # a link to its page"
}

uninstall() {
    find_bin_dir
    removed=
    hook=$bin_dir/engram-hook
    if [ -e "$hook" ] || [ -L "$hook" ]; then
        state=$("$hook" status --json 2>/dev/null | sed -n 's/.*"state":"\([^"\\]*\)".*/\1/p') || state=
        # A hook whose program is gone fails visibly in every session: the hooks go first, or nothing does.
        "$hook" uninstall ||
            fail "cannot take the hooks out, so $hook stays: mend the settings file it names and run this again"
        take_out_of_others "$state"
        rm -f "$hook" || fail "cannot remove $hook: check the directory and run this again"
        say "$hook was removed"
        removed=yes
        config=${XDG_CONFIG_HOME:-${HOME:-}/.config}/engram-hook
        [ "$(uname -s)" != Darwin ] || config="${HOME:-}/Library/Application Support/ai.3ngram.engram-hook"
        left "$state" "memories that wait, notes and the log"
        left "$config" "your settings"
    fi
    if [ -e "$bin_dir/engram-local" ]; then
        if [ -n "${HOME:-}" ] && [ -e "$(unit_file)" ]; then
            systemctl --user disable --now engram-local.service 2>/dev/null || say "the unit was not running"
            rm -f "$(unit_file)"
            say "$(unit_file) was removed"
        fi
        rm -f "$bin_dir/engram-local" || fail "cannot remove $bin_dir/engram-local: check the directory and run this again"
        say "$bin_dir/engram-local was removed"
        removed=yes
        left "${XDG_STATE_HOME:-${HOME:-}/.local/state}/engram-local" "the memories and keys of engram-local"
    fi
    [ -n "$removed" ] || say "neither engram-hook nor engram-local is in $bin_dir: nothing was removed"
}

# take_out_of_others STATE: the settings files of projects that an install went into; the program keeps a note of each
take_out_of_others() {
    for memo in "$1"/installed/*.json; do
        [ -e "$memo" ] || continue
        other=$(sed -n 's/^ *"path": "\(.*\)",$/\1/p' "$memo")
        [ -e "$other" ] || continue
        "$hook" uninstall --settings "$other" ||
            fail "cannot take the hooks out of $other, so $hook stays: mend the file and run this again"
    done
}

# left DIRECTORY WHAT: says that it is there, and how it goes
left() {
    [ -n "$1" ] && [ -d "$1" ] || return 0
    say "left as it is: $1 ($2); to remove it: rm -r '$1'"
}

# --- demo ---

# wait_for COMMAND...: until it succeeds, at most half a minute
wait_for() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 150 ] || return 1
        sleep 0.2 2>/dev/null || sleep 1
    done
}

# A user's own machine in miniature: nothing of the real home is seen or touched.
hook() { env -i HOME="$work/home" PATH="$PATH" ENGRAM_API_KEY="$key" ENGRAM_API_URL="$url" "$work/bin/engram-hook" "$@"; }
local_api() { env -i HOME="$work/home" PATH="$PATH" "$work/bin/engram-local" "$@"; }

# capture_file FILE: as Claude Code would; anything to be seen is a failure
capture_file() {
    seen=$(hook capture <"$1" 2>&1) || fail "capture of $1 did not exit 0"
    [ -z "$seen" ] || fail "capture of $1 printed: $seen"
}

all_delivered() { hook status --json | grep -q '"waiting":0,.*"accepted":[1-9]'; }
key_rejected() { hook status --json | grep -q '"tombstone":{'; }
listens() { [ "$(wc -l <"$work/serve.out")" -ge 2 ] || ! kill -0 "$service" 2>/dev/null; }

clean() {
    status=$?
    trap - EXIT HUP INT TERM
    [ -z "$service" ] || kill "$service" 2>/dev/null || :
    [ -z "$service" ] || wait "$service" 2>/dev/null || :
    # A flush that is just ending may put one more file there.
    rm -rf "$work" 2>/dev/null || { sleep 1; rm -rf "$work"; }
    exit "$status"
}

demo() {
    find_cargo
    say "building both programs for a try (minutes the first time, then seconds)"
    cargo build --locked --target-dir "$target_dir" -p engram-hook -p engram-local --bins ||
        fail "cannot build: see above; it needs Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or newer (rustup update)"
    service=
    work=$(mktemp -d) || fail "cannot make a temporary directory: check TMPDIR"
    trap clean EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    mkdir "$work/bin" "$work/home"
    cp "$target_dir/debug/engram-hook" "$target_dir/debug/engram-local" "$work/bin/"

    say ""
    say "== the service, on a free port of this machine"
    # Not through local_api: the number would be that of a shell around it, and the service would outlive the demo.
    env -i HOME="$work/home" PATH="$PATH" "$work/bin/engram-local" serve --port 0 --data "$work/data" >"$work/serve.out" &
    service=$!
    wait_for listens || fail "engram-local did not start within half a minute"
    url=$(sed -n 's/^listening on //p' "$work/serve.out")
    [ -n "$url" ] || fail "engram-local did not start: see above"
    say "$url"
    key=$(local_api keys create demo --data "$work/data")
    say "a key named demo: $(printf '%.8s' "$key")..."

    say ""
    say "== payloads recorded from Claude Code, sent to 'engram-hook capture'"
    count=0
    for payload in tests/fixtures/payloads/*.json; do
        capture_file "$payload"
        count=$((count + 1))
    done
    say "$count captures: every one exited 0 and printed nothing"
    wait_for all_delivered || fail "nothing was delivered within half a minute: $(hook status)"

    say ""
    say "== the memories that the background flush delivered, as the service has them"
    local_api export --data "$work/data" | sed \
        -e 's/.*"topic":"\(.*\)","content":"\(.*\)","memory_type":"\([a-z]*\)","project":"\([^"]*\)",.*"tags":\(\[[^]]*\]\).*/\3 in \4, tags \5\
    \2/'

    say ""
    say "== the key is revoked, and one more turn ends"
    id=$(local_api keys list --data "$work/data" | cut -f1)
    local_api keys revoke "$id" --data "$work/data"
    sed 's/All done/Not for anybody/; s/"prompt_id":"./"prompt_id":"f/' tests/fixtures/payloads/Stop.json >"$work/one-more.json"
    capture_file "$work/one-more.json"
    wait_for key_rejected || fail "the flush did not meet the refusal within half a minute: $(hook status)"
    say "the flush was answered 401: the spool is erased, and a tombstone without content stays"
    (cd "$work/home/.local/state/engram-hook/spool/v1" && find . -type f -size +0c -exec ls -l {} +)
    if grep -rq 'Not for anybody' "$work/home"; then
        fail "the text of an undelivered memory is still on disk"
    fi
    say "no file holds the memory's text any more"
    say ""
    hook status
    say ""
    say "That was all: $work goes away now. To install: ./install.sh"
}

case $mode in
install) install_hook ;;
local) install_local ;;
uninstall) uninstall ;;
demo) demo ;;
esac
