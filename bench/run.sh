#!/usr/bin/env bash
# Runs benchmarks and rewrites their sections of results.md: run.sh [NAME [ARGUMENTS]]. Without a name: all but `build`.
# Sections are "<!-- NAME -->" to "<!-- /NAME -->"; each says how and on what it was made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
programs=${BENCH_PROGRAMS:-build/bench/bench}
results=${BENCH_RESULTS:-bench/results.md}

# name|title, in the order of the page
benches=(
    "postgres|The PostgreSQL library alone"
    "pgbench|The PostgreSQL library beside pgbench"
    "group_commit|Group commit alone"
    "ingest|Webhook ingest"
    "reply|Message to reply"
    "tenant_read|Authenticated tenant read, beside FastAPI"
    "identity|Sign-ins, tokens, refreshes, rate limits"
    "directory|Hotels in memory: time and bytes"
    "startup|Start-up, memory, size"
    "redis|The Redis library beside redis-benchmark"
    "build|Build time"
)

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }

facts() {
    local cpu postgres redis
    cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1)
    postgres=$(find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null | sort -V | tail -1)
    postgres=$([ -z "$postgres" ] || "$postgres" --version | sed 's/^postgres (PostgreSQL) \([0-9.]*\).*/, PostgreSQL \1/')
    redis=$(redis-server --version 2>/dev/null | sed 's/.*v=\([0-9.]*\).*/, Redis \1/')
    printf '%s cores of %s%s%s, %s' "$(nproc)" "${cpu:-an unknown processor}" "$postgres" "$redis" "$(. /etc/os-release; echo "$PRETTY_NAME")"
}

table_of() {  # NAME [ARGUMENTS]: Markdown on standard output
    local name=$1; shift
    if [ "$name" = build ]; then
        ./dev build --timings | sed -n 's/^/    /p'
    else
        [ -x "$programs/${name}_bench" ] || die "$programs/${name}_bench is not built"
        "$programs/${name}_bench" "$@"
    fi
}

section() {  # NAME TITLE TABLE ARGUMENTS: the new text between the markers
    printf '<!-- %s -->\n## %s\n\n' "$1" "$2"
    printf '`./dev bench %s` · %s · %s\n\n' "$1${4:+ $4}" "$(date -u +%Y-%m-%d)" "$(facts)"
    cat "$3"
    printf '<!-- /%s -->\n' "$1"
}

# Puts the section in its place: over the one that is there, else at the end.
replace() {  # NAME FILE
    local new
    new=$(mktemp)
    awk -v from="<!-- $1 -->" -v to="<!-- /$1 -->" -v file="$2" '
        function insert(  line) { while ((getline line < file) > 0) print line; done = 1 }
        $0 == from { insert(); skipping = 1 }
        !skipping { print }
        $0 == to { skipping = 0 }
        END { if (!done) { print ""; insert() } }' "$results" >"$new"
    cat "$new" >"$results"
    rm -f "$new"
}

header() {
    cat <<'TXT'
# Benchmarks

Made by `./dev bench` (everything but the build) or `./dev bench NAME`; each section says when and on
what. The load, the servers and the delay proxy share the machine with what is measured: compare lines of one section, not
numbers of different machines. A round-trip time of 0 is loopback; others are made by a proxy that delivers everything
half that time later in both directions.
TXT
}

wanted=${1:-}
[ $# -eq 0 ] || shift
[ -s "$results" ] || header >"$results"
found=
for line in "${benches[@]}"; do
    name=${line%%|*} title=${line#*|}
    if [ -n "$wanted" ]; then [ "$name" = "$wanted" ] || continue; else [ "$name" != build ] || continue; fi
    found=1 from=$SECONDS
    printf '==> %s\n' "$title" >&2
    table=$(mktemp) text=$(mktemp)
    table_of "$name" "$@" >"$table" || { rm -f "$table" "$text"; die "$name failed; $results is as it was"; }
    section "$name" "$title" "$table" "$*" >"$text"
    replace "$name" "$text"
    cat "$table"
    rm -f "$table" "$text"
    printf '    %d s\n' $((SECONDS - from)) >&2
done
[ -n "$found" ] || die "no benchmark '$wanted': $(printf '%s ' "${benches[@]%%|*}")"
