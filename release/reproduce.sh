#!/usr/bin/env bash
# Builds the last commit twice, from two clones in two places that share nothing but the compilers and what was
# downloaded, and compares every byte: `just reproduce [TARGET...]`. Takes as long as two times `just dist`.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CARGO_TARGET_DIR DIST_DIR
places=("$work/one" "$work/another/place/with a space")
for place in "${places[@]}"; do
  git clone --quiet --no-hardlinks . "$place"
  "$place/release/dist.sh" "$@"
done
diff "${places[0]}/target/dist/SHA256SUMS" "${places[1]}/target/dist/SHA256SUMS" ||
  { echo "the two builds differ; above: the sums of the first, and of the second" >&2; exit 1; }
echo "twice the same, from $(git log -1 --format=%h)"
