#!/usr/bin/env bash
# Lays out every C++ file git knows; --check only says which files are not laid out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$(command -v clang-format-16 || command -v clang-format-19 || command -v clang-format)
if [ "${1:-}" = --check ]; then set -- --dry-run -Werror; else set -- -i; fi
git ls-files -co --exclude-standard '*.cpp' '*.hpp' | while read -r f; do [ -f "$f" ] && echo "$f"; done | xargs -r -P"$(nproc)" -n16 "$tool" "$@"
