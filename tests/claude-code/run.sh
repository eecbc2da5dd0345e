#!/usr/bin/env bash
# Gets Claude Code from npm, by name, and runs the tests that need it. Its program is native: no Node at run time.
#
# tests/claude-code/run.sh [VERSION | newest] [arguments for the tests]
#
# What was got stays in the target directory. Where npm cannot be reached it says so and is skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The version of the recorded payloads.
readonly PINNED=2.1.330
readonly PACKAGE=@anthropic-ai/claude-code

version=${1:-$PINNED}
[ $# -eq 0 ] || shift
target=${CARGO_TARGET_DIR:-$PWD/target}

skip() {
  echo "skipped: $*"
  exit 0
}

# registry QUESTION...: what npm knows, in little time
registry() { npm view "$PACKAGE" "$@" --fetch-retries=1 2>/dev/null; }

if [ "$version" = newest ]; then
  version=$(registry version) || skip "npm cannot be reached, and which version of Claude Code is the newest is not known"
fi
place=$target/claude-code/$version
program() { find "$place/node_modules/@anthropic-ai" -maxdepth 2 -type f -name claude -perm -u+x 2>/dev/null | head -n 1; }

if [ -z "$(program)" ]; then
  command -v npm >/dev/null || skip "there is no npm to get Claude Code $version with"
  registry version >/dev/null || skip "npm cannot be reached, and Claude Code $version is not in $place"
  mkdir -p "$place"
  # The package of the platform holds the program; nothing of either package is run here.
  npm install --prefix "$place" --ignore-scripts --no-audit --no-fund --loglevel=error "$PACKAGE@$version"
fi
CLAUDE_CODE_PROGRAM=$(program)
[ -n "$CLAUDE_CODE_PROGRAM" ] || { echo "cannot find the program in $place: remove it and run this again" >&2; exit 1; }
# Where a recording of payloads goes.
CLAUDE_CODE_PAYLOADS=$place/payloads
export CLAUDE_CODE_PROGRAM CLAUDE_CODE_PAYLOADS
echo "Claude Code $("$CLAUDE_CODE_PROGRAM" --version) in $CLAUDE_CODE_PROGRAM"

# Much of a session is waiting, so that more of them than processors do not hold each other up.
cargo test --locked --quiet --test claude-code -- --ignored --test-threads="${CLAUDE_CODE_AT_ONCE:-4}" "$@"
