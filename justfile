# What is there to run: `just`.
default:
    @just --list

# everything that has to hold: what CI runs, word for word
check:
    .ci/run

# the tests
test:
    cargo test --workspace

# the crash and race tests, as long as it takes to believe them
soak:
    ENGRAM_SOAK=1 cargo test --workspace --no-fail-fast -- --show-output

# release archives for these targets (Linux: both machines), with checksums and bills of materials, in target/dist
dist *TARGETS:
    release/dist.sh {{TARGETS}}

# the same archives twice, from two places: every byte has to agree
reproduce *TARGETS:
    release/reproduce.sh {{TARGETS}}

# what the programs are built from, in target/dist
sbom:
    release/sbom.sh

# what a flush costs: handshakes, wake-ups, speed, memory
bench-flush *ARGUMENTS:
    cargo build --locked --release --target "$(uname -m)-unknown-linux-musl" --bin engram-hook
    python3 benches/flush.py {{ARGUMENTS}}

# sessions of the real Claude Code: the version of the recorded payloads, or another, or the newest
claude version="2.1.330" *ARGUMENTS:
    tests/claude-code/run.sh {{version}} {{ARGUMENTS}}

# what that version gives its hooks, recorded anew, and how it differs in shape from the fixtures
record version="2.1.330":
    tests/claude-code/run.sh {{version}} record::

# forty tool calls, in an everyday mix and commit after commit: with our hooks, without, and with /bin/true; interleaved
claude-pace rounds="40" model_ms="0":
    cargo build --locked --release --target "$(uname -m)-unknown-linux-musl" --bin engram-hook
    CLAUDE_CODE_AT_ONCE=1 CLAUDE_CODE_ROUNDS={{rounds}} CLAUDE_CODE_MODEL_MS={{model_ms}} tests/claude-code/run.sh 2.1.330 pace

# sessions of the version of today
claude-newest *ARGUMENTS:
    tests/claude-code/run.sh newest {{ARGUMENTS}}

# how long a capture takes, against programs that do nothing and other hooks; --no-peers, --chart FILE, --into FILE
bench *ARGUMENTS:
    cargo build --locked --release --target "$(uname -m)-unknown-linux-musl" --bin engram-hook
    python3 benches/capture.py {{ARGUMENTS}}

# what a capture may cost in instructions and system calls, and the program and a flush in bytes
gates *ARGUMENTS:
    cargo build --locked --release --target "$(uname -m)-unknown-linux-musl" --bin engram-hook
    python3 benches/gates.py {{ARGUMENTS}}

# the order of a capture's functions in the program, measured anew
layout:
    CARGO_PROFILE_RELEASE_STRIP=none cargo build --locked --release --target "$(uname -m)-unknown-linux-musl" --bin engram-hook
    python3 link/order.py "${CARGO_TARGET_DIR:-target}/$(uname -m)-unknown-linux-musl/release/engram-hook"

# everything at work on this machine, with no account
demo:
    ./install.sh --demo

# what the redactor finds, kind by kind
redaction *ARGUMENTS:
    cargo run --example redaction -- {{ARGUMENTS}}
    tests/redaction/second-opinion.sh {{ARGUMENTS}}

# every file as rustfmt wants it
fmt:
    cargo fmt --all
