#!/bin/sh
# Measures a fresh clone: `make up`, one order to CONFIRMED, `make down`; first with empty package caches, then again.
# Ports are those of the environment (YAFDP_PORT, …), so that a platform that runs here is not in the way when they differ.
set -eu
cd "$(dirname "$0")/.."

SCRATCH=$(mktemp -d)
CLONE=$SCRATCH/yafdp
export UV_CACHE_DIR="$SCRATCH/uv-cache" PIP_CACHE_DIR="$SCRATCH/pip-cache"
unset YAFDP_STATE VIRTUAL_ENV

leave() {
    if [ -x "$CLONE/.venv/bin/python" ]; then make -s -C "$CLONE" down >/dev/null; fi
    rm -rf "$SCRATCH"
}
trap leave EXIT
trap 'exit 130' INT TERM

seconds() { date +%s; }

measure() {
    started=$(seconds)
    make -s -C "$CLONE" up
    up=$(seconds)
    make -s -C "$CLONE" order
    confirmed=$(seconds)
    make -s -C "$CLONE" down
    echo "$1: make up $((up - started)) s, first order $((confirmed - up)) s, together $((confirmed - started)) s"
}

git clone --quiet . "$CLONE"
measure cold
measure warm
