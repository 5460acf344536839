#!/usr/bin/env bash
# The house rules, from includes: a folder includes only itself and what its CMakeLists.txt names in DEPENDS (and what
# those name in turn), and each outside library has exactly one owner.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
fault() { echo "$1"; failed=1; }

declare -A reach
for list in src/*/CMakeLists.txt; do
    folder=$(basename "$(dirname "$list")")
    reach[$folder]=" $folder $(tr '\n' ' ' <"$list" | sed -n 's/.*agente_library([a-z_]* DEPENDS \([^)]*\).*/\1/p' | sed 's/EXTERNAL.*//') "
done
changed=1
while [ $changed = 1 ]; do
    changed=0
    for folder in "${!reach[@]}"; do
        for dependency in ${reach[$folder]}; do
            for further in ${reach[$dependency]:-}; do
                case "${reach[$folder]}" in *" $further "*) ;; *) reach[$folder]+="$further "; changed=1 ;; esac
            done
        done
    done
done
while IFS=: read -r file line text; do
    folder=$(echo "$file" | cut -d/ -f2)
    to=$(echo "$text" | sed -n 's/.*#include "\([a-z_]*\)\/.*/\1/p')
    [ -n "$to" ] || continue
    case "${reach[$folder]:-}" in *" $to "*) ;; *) fault "$file:$line: $folder may not include $to/ (not in its DEPENDS)" ;; esac
done < <(grep -nE '#include "[a-z_]+/' -r src)

owner() {  # PATTERN FOLDERS
    local pattern=$1 folders=$2
    while IFS=: read -r file line _; do
        case " $folders " in *" $(echo "$file" | cut -d/ -f2) "*) ;; *) fault "$file:$line: only $folders may include $pattern" ;; esac
    done < <(grep -nE "#include <$pattern" -r src)
}
owner 'libpq-fe\.h' postgres
owner '(hiredis/|read\.h|sds\.h)' redis
owner 'curl/' net
owner 'boost/beast' http
owner 'phonenumbers/' tenancy
owner 'prometheus/' telemetry
owner 'spdlog/' base
owner 'CLI/' app
exit $failed
