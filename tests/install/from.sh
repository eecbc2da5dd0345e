#!/bin/sh
# `install.sh --from`: what is verified is installed, and everything else is refused in one sentence with nothing left.
# Builds nothing: the archives are made here, of a program that says its version.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
cases=0

case $(uname -s)/$(uname -m) in
Linux/x86_64) here=x86_64-unknown-linux-musl other=aarch64-unknown-linux-musl ;;
Linux/aarch64) here=aarch64-unknown-linux-musl other=x86_64-unknown-linux-musl ;;
Darwin/arm64) here=aarch64-apple-darwin other=x86_64-apple-darwin ;;
*) here=x86_64-apple-darwin other=aarch64-apple-darwin ;;
esac
name=engram-hook-9.9.9-$here

# stage TOP: a release's files below a directory of that name, in a place of its own
stage() {
    rm -rf "$work/stage"
    mkdir -p "$work/stage/$1"
    for program in engram-hook engram-local; do
        printf '#!/bin/sh\necho "%s 9.9.9"\n' "$program" >"$work/stage/$1/$program"
        chmod 755 "$work/stage/$1/$program"
    done
    cp "$root/install.sh" "$work/stage/$1/"
}

# pack NAME [TAR OPTION...]: an archive of what is staged, and its sum beside it
pack() {
    rm -rf "$work/release"
    mkdir "$work/release"
    packed=$work/release/$1.tar.gz
    shift
    tar -czf "$packed" -C "$work/stage" "$@"
    (cd "$work/release" && { sha256sum ./*.gz 2>/dev/null || shasum -a 256 ./*.gz; } | sed 's|\./||' >SHA256SUMS)
}

# run WORDS...: install.sh in an empty home, without cargo in reach
run() {
    rm -rf "${work:?}/home"
    mkdir "$work/home" "$work/home/tmp"
    status=0
    env -i HOME="$work/home" TMPDIR="$work/home/tmp" PATH=/usr/local/bin:/usr/bin:/bin \
        "$root/install.sh" "$@" >"$work/out" 2>"$work/err" || status=$?
}

complain() {
    printf 'FAILED: %s\n' "$1"
    cat "$work/out" "$work/err"
    failed=$((failed + 1))
}

# installs CASE PROGRAM: the last run did so
installs() {
    cases=$((cases + 1))
    if [ "$status" -ne 0 ] || [ "$("$work/home/.local/bin/$2" --version)" != "$2 9.9.9" ] || [ -s "$work/err" ] ||
        [ -n "$(ls "$work/home/tmp")" ]; then
        complain "$1"
    fi
}

# refuses CASE WORDS: the last run did so in one sentence with these words, and left nothing anywhere
refuses() {
    cases=$((cases + 1))
    if [ "$status" -ne "${3:-1}" ] || [ "$(wc -l <"$work/err")" -ne 1 ] || ! grep -q "$2" "$work/err" ||
        [ -e "$work/home/.local" ] || [ -n "$(ls "$work/home/tmp")" ]; then
        complain "$1"
    fi
}

stage "$name"
pack "$name" "$name"
run --from "$packed"
installs "an archive that is what SHA256SUMS says" engram-hook
run --local --from "$packed"
installs "the service from the same archive" engram-local
sum=$(cut -d ' ' -f 1 "$work/release/SHA256SUMS")
rm "$work/release/SHA256SUMS"
run --from "$packed" --sha256 "$(echo "$sum" | tr 'a-f' 'A-F')"
installs "an archive that is what --sha256 says" engram-hook
run --from "$packed"
refuses "no sum at all" "put SHA256SUMS of the same release beside it"
echo "$sum  another-$name.tar.gz" >"$work/release/SHA256SUMS"
run --from "$packed"
refuses "a sum of another file whose name ends alike" "does not name it"
run --from "$packed" --sha256 "$(echo "$sum" | tr '0-9' '1-90')"
refuses "another sum" "cannot trust .*download it again"

pack "$name" "$name"
printf 'x' >>"$packed"
run --from "$packed"
refuses "an archive with one more byte" "cannot trust .*download it again"
run --from "$work/nothing.tar.gz"
refuses "no archive" "cannot read"
echo "not an archive" >"$work/stage/text"
pack "$name" "$name"
cp "$work/stage/text" "$packed"
sum=$({ sha256sum <"$packed" 2>/dev/null || shasum -a 256 <"$packed"; } | cut -d ' ' -f 1)
run --from "$packed" --sha256 "$sum"
refuses "something else with the right sum" "it is no .tar.gz archive"

stage "engram-hook-9.9.9-$other"
pack "engram-hook-9.9.9-$other" "engram-hook-9.9.9-$other"
run --from "$packed"
refuses "another machine's archive" "it is for another machine; take the archive for $here"
stage other-tool-1
pack other-tool-1 other-tool-1
run --from "$packed"
refuses "another program's archive" "no release of engram-hook"

stage "$name"
mkdir "$work/stage/elsewhere"
echo planted >"$work/stage/elsewhere/file"
pack "$name" "$name" elsewhere
run --from "$packed"
refuses "a second directory in it" "paths in it that no release has"
pack "$name" -P "$name" "$name/../elsewhere/file"
run --from "$packed"
refuses "a path that climbs out" "paths in it that no release has"
pack "$name" -P "$name" "$work/stage/elsewhere/file"
run --from "$packed"
refuses "an absolute path" "paths in it that no release has"
rm "$work/stage/$name/engram-hook"
ln -s /bin/sh "$work/stage/$name/engram-hook"
pack "$name" "$name"
run --from "$packed"
refuses "a link in the program's place" "is no file"
rm "$work/stage/$name/engram-hook"
pack "$name" "$name"
run --from "$packed"
refuses "no program in it" "cannot find engram-hook in"

run --from
refuses "no name" "needs a release archive" 64
run --sha256 00
refuses "a sum of nothing" "goes with --from" 64
run --uninstall --from "$packed"
refuses "an uninstall from an archive" "do not go together" 64

stage "$name"
rm -rf "${work:?}/home"
mkdir "$work/home"
status=0
env -i HOME="$work/home" PATH=/usr/bin:/bin "$work/stage/$name/install.sh" >"$work/out" 2>"$work/err" || status=$?
mkdir "$work/home/tmp"
installs "an archive that was unpacked by hand" engram-hook

echo "$((cases - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
