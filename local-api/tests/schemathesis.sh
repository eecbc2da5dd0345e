#!/usr/bin/env bash
# Property-based requests by a tester that nobody here wrote, against the real service of both generations: no 5xx,
# no undocumented answer. Takes about a minute, and is skipped where PyPI cannot be reached.
#   ENGRAM_LOCAL_BIN   a built engram-local (built here if absent)
set -euo pipefail
package=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$package/../target}
venv=$target/schemathesis
version=4.32.5

if [ ! -x "$venv/bin/schemathesis" ]; then
  if ! { python3 -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"; }; then
    echo "skipped: schemathesis $version could not be installed from PyPI"
    rm -rf "$venv"
    exit 0
  fi
fi
if [ -z "${ENGRAM_LOCAL_BIN:-}" ]; then
  cargo build --quiet --manifest-path "$package/Cargo.toml" -p engram-local
  ENGRAM_LOCAL_BIN=$target/debug/engram-local
fi

work=$(mktemp -d)
service=
stop() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  [ -z "$service" ] || wait "$service" 2>/dev/null || true
  service=
}
trap 'stop; rm -rf "$work"' EXIT

# start GENERATION: sets url, cookie and key
start() {
  local data=$work/$1
  CRON_SECRET=tick "$ENGRAM_LOCAL_BIN" serve --port 0 --api "$1" --data "$data" >"$work/$1.out" &
  service=$!
  for _ in $(seq 100); do
    [ "$(wc -l <"$work/$1.out")" -ge 2 ] && break
    sleep 0.1
  done
  url=$(sed -n 's/^listening on //p' "$work/$1.out")
  local link
  link=$(sed -n 's/^open once to sign in: //p' "$work/$1.out")
  cookie=$(python3 - "$link" <<'PY'
import http.client, sys, urllib.parse
link = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(link.netloc)
connection.request("GET", f"{link.path}?{link.query}")
print(connection.getresponse().getheader("set-cookie").split(";")[0])
PY
  )
  key=$("$ENGRAM_LOCAL_BIN" keys create schemathesis --api "$1" --data "$data")
}

# attack FILE PATHS SECONDS
attack() {
  echo "== $1 $2"
  # The cookie's name ends in the port of this service.
  sed "s/engram_admin_8000/${cookie%%=*}/" "$package/$1" >"$work/$1"
  printf '[auth.openapi.%s]\n%s = "%s"\n' \
    apiKey "$([ "$1" = openapi.json ] && echo bearer || echo api_key)" "$key" \
    admin api_key "${cookie#*=}" \
    cron api_key tick >"$work/schemathesis.toml"
  (cd "$work" && OPENAPI=$work/$1 SCHEMATHESIS_HOOKS=$package/tests/schemathesis_hooks.py \
    "$venv/bin/schemathesis" --config-file schemathesis.toml --no-color run "$1" --url "$url" \
    --include-path-regex "$2" --checks all --max-time "$3" --max-examples 200 --generation-database none \
    --request-timeout 5 --warnings off)
}

# stored GENERATION: fails if the requests that were meant to succeed stored nothing
stored() {
  local count
  count=$("$ENGRAM_LOCAL_BIN" export --data "$work/$1" | wc -l)
  echo "== $count memories were stored on the way"
  [ "$count" -gt 0 ]
}

start default
attack openapi.json '^/api/(memories|dashboard)' 20
# Last, since a tester may revoke the key that it was given.
attack openapi.json '^/api/(keys|internal)' 15
stored default
stop
start v1
# Past the 300th request of the minute this generation answers 429, which is documented.
attack openapi-v1.json '^/api/v1/memories' 15
stored v1
stop
echo "schemathesis found nothing"
