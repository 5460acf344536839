#!/usr/bin/env bash
# clang-tidy over src/: files that changed since a commit (--since REV; unless said otherwise the last one), all of them
# (--all), or those given. With the flags of build/release less the precompiled header, whose Asio most files do not need:
# reading it for each of them would be half of the time.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

changed_since() {  # REV: sources, and the sources beside headers
    { git diff --name-only --diff-filter=d "$1" -- src; git ls-files -o --exclude-standard src; } |
        sed -nE 's/\.(cpp|hpp)$/.cpp/p' | sort -u | while read -r file; do [ ! -e "$file" ] || echo "$file"; done
}

case ${1:-} in
    --all) files=$(git ls-files -co --exclude-standard 'src/*.cpp') ;;
    --since) files=$(changed_since "${2:?--since wants a commit}") ;;
    '') files=$(changed_since HEAD) ;;
    *) files=$(printf '%s\n' "$@") ;;
esac
[ -n "$files" ] || { echo "nothing in src/ changed: see --since REV and --all" >&2; exit 0; }

tool=$(command -v clang-tidy-16 || command -v clang-tidy-19 || command -v clang-tidy) || { echo "clang-tidy is missing" >&2; exit 1; }
mkdir -p build/tidy
grep -v '<boost/asio/' cmake/pch.hpp >build/tidy/prefix.hpp
sed -E "s/ -Winvalid-pch//; s/ -Xclang -include-pch -Xclang [^ ]+//; s/ -Xclang -fno-pch-timestamp//
    s| -Xclang -include -Xclang [^ ]+| -include $PWD/build/tidy/prefix.hpp|" \
    build/release/compile_commands.json >build/tidy/compile_commands.json
echo "clang-tidy over $(wc -l <<<"$files") files" >&2
xargs -P"$(nproc)" -n1 "$tool" -p build/tidy --quiet <<<"$files" 2>&1 |
    grep -vE '^[0-9]+ warnings?( and [0-9]+ errors?)? generated|^Suppressed|^Use -header-filter'
exit "${PIPESTATUS[0]}"
