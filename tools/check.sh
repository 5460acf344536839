#!/usr/bin/env bash
# Everything that is said about the code without running it; prints each stage and its time, fails at the end if any failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
stage() {
    local name=$1 from=$SECONDS; shift
    if "$@" >build/check.log 2>&1; then printf 'ok      %-14s %4d s\n' "$name" $((SECONDS - from))
    else printf 'FAILED  %-14s %4d s\n' "$name" $((SECONDS - from)); tail -60 build/check.log; failed=1; fi
}
mkdir -p build
stage format tools/format.sh --check
stage dependencies tools/check_dependencies.sh
stage sql tools/check_sql.sh
stage file-sizes tools/check_file_sizes.sh
exit $failed
