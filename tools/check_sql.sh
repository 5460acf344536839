#!/usr/bin/env bash
# SQL that a transaction pooler breaks or that forgets the schema, in the string literals of src/ (not in comments).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
refuse() {  # PATTERN WHY [EXCEPT]
    local hits
    hits=$(grep -nEi "$1" -r src --include='*.cpp' --include='*.hpp' | grep -vE '^[^:]+:[0-9]+: *(//|\*)' | grep -vE "${3:-^$}")
    [ -z "$hits" ] || { echo "$2:"; echo "$hits"; failed=1; }
}
quote='["(][^"]*'
refuse '"(UN)?LISTEN [a-z_"]' "LISTEN does not survive a transaction pooler"
refuse "${quote}\\bpg_(try_)?advisory_lock(_shared)?\\(" "session advisory locks strand on pooled connections: use pg_advisory_xact_lock"
refuse "${quote}\\bCREATE (GLOBAL |LOCAL )?TEMP" "temporary tables do not survive a transaction pooler"
refuse "${quote}\\bSET (SESSION )?[a-z_.]+ *(=|TO)" "SET without LOCAL leaks to other clients: use set_config(…, true)" 'UPDATE|update|do set|DO UPDATE| set [a-z_]+ = \$|set [a-z_]+ = '
refuse "${quote}\\bDECLARE .* WITH HOLD" "held cursors do not survive a transaction pooler"
refuse "${quote}\\b(FROM|JOIN|INTO|UPDATE) (users|user_sessions|password_history|tenants|tenant_user_identifiers|lock_audit|inbox|outbox|booking_journal|security_events)\\b" \
       "name the schema (public. or agente.)"
exit $failed
