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
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for target; do
    if cargo fuzz run -s "$sanitizer" "$target" -- -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
        >"$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
    else
        failed=1
        echo "$target: failed" >&2
        tail -n 60 "$log" >&2
    fi
done
exit "$failed"
