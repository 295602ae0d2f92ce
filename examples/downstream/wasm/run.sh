#!/usr/bin/env bash
# Compiles sig4 for wasm32-unknown-unknown and runs it in Node. Needs `rustup target add wasm32-unknown-unknown`.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --locked --target wasm32-unknown-unknown
node run.mjs ../target/wasm32-unknown-unknown/debug/wasm.wasm
