#!/usr/bin/env bash
# The life of a key in a real browser: builds the service, gets playwright-core and axe-core from npm, and drives
# Debian's Chromium.
#   ENGRAM_LOCAL_BIN     a built engram-local (built here if absent)
#   ENGRAM_HOOK_BIN      an engram-hook that shall use the key as well
#   ENGRAM_SCREENSHOTS   where to put pictures of the pages, if they are wanted
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$package/../target}
chromium=${CHROMIUM:-/usr/bin/chromium}

if [ ! -x "$chromium" ]; then
  echo "skipped: there is no $chromium"
  exit 0
fi
if [ -z "${ENGRAM_LOCAL_BIN:-}" ]; then
  cargo build --quiet --manifest-path "$package/Cargo.toml" -p engram-local
  ENGRAM_LOCAL_BIN=$target/debug/engram-local
fi
if [ ! -d "$target/browser/node_modules/axe-core" ]; then
  mkdir -p "$target/browser"
  npm install --silent --no-audit --no-fund --prefix "$target/browser" playwright-core@1.65.1 axe-core@4
fi
export ENGRAM_LOCAL_BIN NODE_PATH="$target/browser/node_modules"
exec node "$here/life-of-a-key.cjs"
