#!/usr/bin/env bash
# Runs fuzz targets, all unless some are named: fuzz/run.sh SECONDS [TARGET…]
# Prints how often each was executed, and fails if one fails. SANITIZER=none does without the address sanitizer.
set -euo pipefail
if (($# == 0)); then
    echo "usage: $0 SECONDS [TARGET…]" >&2
    exit 2
fi
seconds=$1
shift
cd "$(dirname "$0")/.."
# cargo-fuzz asks for unstable flags, which the stable compiler takes with this.
export RUSTC_BOOTSTRAP=1
sanitizer=${SANITIZER:-address}
if (($# == 0)); then
    mapfile -t targets < <(cargo fuzz list)
    set -- "${targets[@]}"
fi
export seconds sanitizer

# run_target TARGET: prints one line, or why it failed.
run_target() {
    local log
    log=$(mktemp)
    if cargo fuzz run -s "$sanitizer" "$1" -- -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 >"$log" 2>&1; then
        echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
    else
        echo "$1: failed" >&2
        grep -a -m 1 -A 3 'panicked at' "$log" >&2 || true
        tail -n 30 "$log" >&2
        touch "$failures"
    fi
    rm -f "$log"
}
export -f run_target

failures=$(mktemp -u)
export failures
trap 'rm -f "$failures"' EXIT
cargo fuzz build -s "$sanitizer"
# Two at a time: a target has one thread.
printf '%s\0' "$@" | xargs -0 -P 2 -I '{}' bash -c 'run_target "$1"' run_target '{}'
[[ ! -e $failures ]]
