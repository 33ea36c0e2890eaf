#!/bin/sh
# Makes the environments that are named (run, test, emulator), once: `sh local/environment.sh run emulator`.
#   run, test  .venv           test is a superset of run, so a .venv made for test also serves run
#   emulator   .venv-emulator
# A stamp inside the environment holds the hash of what it was made from; an environment is made again when that changes.
# Prints one line per environment made and nothing when all are there; exits 1 with the reason when one cannot be made.
set -eu
cd "$(dirname "$0")/.."

REQUIREMENTS=local/requirements

directory() { if [ "$1" = emulator ]; then echo .venv-emulator; else echo .venv; fi; }

# git is a given on a machine that has cloned this, a sha256 program is not.
fingerprint() { cat "$REQUIREMENTS/$1.txt" .python-version "$0" | git hash-object --stdin; }

stamped() { [ "$(cat "$(directory "$1")/.stamp-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]; }

is_made() { stamped "$1" || { [ "$1" = run ] && stamped test; }; }

# A wrapper script can be on PATH and fail: ask for the version rather than look for the name.
works() { "$@" --version >/dev/null 2>&1; }

fail() { echo "yafdp: $1" >&2; exit 1; }

find_uv() {
    if works uv; then UV=uv; return; fi
    UV=.venv/bin/uv
    if works "$UV"; then return; fi
    works python3.13 || fail "neither uv nor Python 3.13 was found: install one of them (uv fetches Python by itself) and run this again"
    rm -rf .venv
    python3.13 -m venv .venv >.venv.log 2>&1 \
        || fail "python3.13 cannot make virtual environments (see .venv.log): install its venv package, or uv, and run this again"
    .venv/bin/python -m pip install --quiet --require-hashes --requirement "$REQUIREMENTS/uv.txt" >.venv.log 2>&1 \
        || fail "uv could not be installed by pip: see .venv.log"
}

has_python() { "$1/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; }

make_environment() {
    target=$(directory "$1")
    echo "environment $target ($1): installing pinned packages" >&2
    rm -f "$target"/.stamp-*
    if ! has_python "$target"; then
        "$UV" venv --quiet --clear --python 3.13 "$target" >"$target.log" 2>&1 || fail "$target could not be made: see $target.log"
    fi
    # Bytecode now rather than at the first start: the SAM CLI and every function's runtime client are started often.
    "$UV" pip sync --quiet --require-hashes --compile-bytecode --python "$target/bin/python" "$REQUIREMENTS/$1.txt" >"$target.log" 2>&1 \
        || fail "the packages of $REQUIREMENTS/$1.txt could not be installed: see $target.log"
    fingerprint "$1" >"$target/.stamp-$1"
    rm -f "$target.log"
}

UV=
for name in "$@"; do
    is_made "$name" && continue
    [ -n "$UV" ] || find_uv
    make_environment "$name"
done
