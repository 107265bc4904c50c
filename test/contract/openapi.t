#!/bin/sh
# doc/openapi.json is what the desk does: every route of the table stands in
# it and no other, and what real nodes answer to every one of them, well asked
# and badly, is of the form it says.
. test/nodes.sh
trap nodes_end EXIT
if [ ! -d test/node_modules/ajv ]; then
	echo '1..1'; echo 'not ok 1 - ajv is missing: make npm'; exit 1
fi
# it never starts: what is sent to it lapses.  A CERT asks the secretariat in
# an emergency alone.
class_fr=cert
nodes_make hq rs fr it || exit 1
# fr starts locked, to be unlocked.
sed -i '/^credential/d' "$T/fr/entente.conf"
node_start hq && node_start rs && node_start fr locked || exit 1
# METHOD path, as in the table of the officers' front alone.
awk '/desk_routes\[\]/ { in_table = 1; next } /^};/ { in_table = 0 }
    in_table && /^\t\{/ { gsub(/[",]/, ""); print $2, $3 }' \
    src/ententd/routes.c >"$T/routes"
node test/contract/openapi.mjs "$T"
