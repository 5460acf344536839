#!/usr/bin/env bash
# Runs the benchmarks that were built (all, or those whose name holds $1) and prints their tables.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for program in build/bench/*_bench build/bench/bench/*_bench; do
    [ -x "$program" ] && [[ $(basename "$program") == *"${1:-}"* ]] && { echo "## $(basename "$program")"; "$program"; }
done
