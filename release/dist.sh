#!/usr/bin/env bash
# Release archives, their checksums and the bill of materials: `just dist [TARGET...]`, into target/dist or $DIST_DIR.
# The same commit, built by the same Rust and C compilers, gives the same bytes wherever it stands: `just reproduce`.
#
# Linux is built here for both machines; a Mac is built for on a Mac, or where SDKROOT names a macOS SDK.
# Flags are added by --config: RUSTFLAGS would replace those of .cargo/config.toml, which lay the program out for its start.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
target_dir=${CARGO_TARGET_DIR:-$root/target}/release-build
out=${DIST_DIR:-${CARGO_TARGET_DIR:-$root/target}/dist}
cargo_home=${CARGO_HOME:-$HOME/.cargo}
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
# Would replace the flags of .cargo/config.toml, or put the programs elsewhere.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS
export SOURCE_DATE_EPOCH CARGO_INCREMENTAL=0 LC_ALL=C TZ=UTC
# What C compilers would write of their own place and time.
export ZERO_AR_DATE=1

fail() { printf 'dist: %s\n' "$*" >&2; exit 1; }

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  case $(uname -s) in
    Darwin) targets=(aarch64-apple-darwin x86_64-apple-darwin) ;;
    *) targets=(x86_64-unknown-linux-musl aarch64-unknown-linux-musl) ;;
  esac
fi

# A C compiler for musl on the other machine, as well as one to link with: ring and SQLite are written in C.
compilers_for() {
  [ "$1" != "$(uname -m)-unknown-linux-musl" ] || return 0
  case $(uname -s)/$1 in
    Linux/*-unknown-linux-musl)
      local machine=${1%%-*} zig=$target_dir/zig
      command -v "$machine-linux-gnu-gcc" >/dev/null ||
        fail "cannot link for $1: install $machine-linux-gnu-gcc (Debian: gcc-${machine/_/-}-linux-gnu)"
      [ -x "$zig/bin/python-zig" ] || { python3 -m venv "$zig" && "$zig/bin/pip" install --quiet ziglang==0.17.1; }
      export "CARGO_TARGET_$(tr '[:lower:]-' '[:upper:]_' <<<"$1")_LINKER=$machine-linux-gnu-gcc"
      export "CC_${1//-/_}=$root/release/zig-cc" "AR_${1//-/_}=$root/release/zig-ar"
      export ZIG=$zig/bin/python-zig ZIG_TARGET=$machine-linux-musl
      ;;
    Linux/*-apple-darwin)
      [ -n "${SDKROOT:-}" ] ||
        fail "cannot link for $1: Apple's frameworks are missing; set SDKROOT, or build on a Mac"
      ;;
  esac
}

# Each package by itself: built together, they would share the features that either asks of a crate.
build() {
  local target=$1 package
  ! command -v rustup >/dev/null || rustup --quiet target add "$target"
  compilers_for "$target"
  for package in engram-hook engram-local; do
    cargo build --locked --release --target "$target" --target-dir "$target_dir" -p "$package" --bin "$package" \
      --config "target.$target.rustflags=[\"--remap-path-prefix=$cargo_home=/cargo\", \"--remap-path-prefix=$root=/engram-hook\"]"
  done
}

# By a build for this machine, whatever is built besides: they are the same for all.
completions() {
  local shell
  cargo build --locked --quiet --target-dir "$target_dir" --bin engram-hook
  mkdir "$1"
  for shell in bash zsh fish; do
    "$target_dir/debug/engram-hook" completions "$shell" >"$1/engram-hook.$shell"
  done
}

pack() {
  local target=$1 name=engram-hook-$version-$1 stage=$target_dir/stage
  rm -rf "$stage"
  mkdir -p "$stage/$name/hooks" "$out"
  install -m 755 "$target_dir/$target/release/engram-hook" "$target_dir/$target/release/engram-local" install.sh "$stage/$name"
  install -m 644 LICENSE README.md CHANGELOG.md SECURITY.md "$stage/$name"
  install -m 644 hooks/hooks.json "$stage/$name/hooks"
  completions "$stage/$name/completions"
  python3 release/licenses.py "$target" >"$stage/$name/THIRD-PARTY-LICENSES"
  python3 release/pack.py "$stage" "$out/$name.tar.gz"
}

for target in "${targets[@]}"; do
  (build "$target")
  pack "$target"
done
release/sbom.sh "$out"
(cd "$out" && python3 "$root/release/sums.py" ./*.tar.gz ./*.cdx.json >SHA256SUMS && cat SHA256SUMS)
