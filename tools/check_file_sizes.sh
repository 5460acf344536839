#!/usr/bin/env bash
# Source files past the review limit of 500 lines.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
big=$(git ls-files -co --exclude-standard 'src/*.cpp' 'src/*.hpp' | xargs -r wc -l | awk '$2 != "total" && $1 > 500')
[ -z "$big" ] || { echo "longer than 500 lines:"; echo "$big"; exit 1; }
