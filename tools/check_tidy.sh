#!/usr/bin/env bash
# clang-tidy over src/ (files given: only those), with the flags of build/release less the precompiled header.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$(command -v clang-tidy-16 || command -v clang-tidy-19 || command -v clang-tidy)
mkdir -p build/tidy
sed -E 's/ -Winvalid-pch//; s/ -Xclang -include-pch -Xclang [^ ]+//; s/ -Xclang -include -Xclang ([^ ]+)/ -include \1/; s/ -Xclang -fno-pch-timestamp//' \
    build/release/compile_commands.json >build/tidy/compile_commands.json
if [ $# -gt 0 ]; then printf '%s\n' "$@"; else git ls-files -co --exclude-standard 'src/*.cpp'; fi |
    xargs -r -P"$(nproc)" -n1 "$tool" -p build/tidy --quiet 2>&1 | grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header-filter'
exit "${PIPESTATUS[1]}"
