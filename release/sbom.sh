#!/usr/bin/env bash
# Bills of materials, CycloneDX 1.5, one for each program: what it is built from on any of our platforms.
# `just sbom`, or release/sbom.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")/.."

out=$(mkdir -p "${1:-target/dist}" && cd "${1:-target/dist}" && pwd)
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

cargo cyclonedx --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-cyclonedx --version 0.5.9
# It writes beside the manifests.
trap 'rm -f sbom.cdx.json local-api/sbom.cdx.json' EXIT
cargo cyclonedx --quiet --format json --spec-version 1.5 --target all --override-filename sbom.cdx
for program in engram-hook engram-local; do
  [ "$program" = engram-hook ] && made=sbom.cdx.json || made=local-api/sbom.cdx.json
  # A package of our own is named by where it lies, as a URL.
  here=$(python3 -c 'import os, urllib.parse; print(urllib.parse.quote(os.getcwd()))')
  sed "s|file://$here|file:///engram-hook|g" "$made" >"$out/$program-$version.cdx.json"
done
