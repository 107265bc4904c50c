#!/bin/sh
# Spontaneous information between two real nodes (CETS 185, Art. 26): headline
# and conditions first, other conditions proposed, offered again, accepted, and
# only then the content; offers that come to nothing; and an offerer that does
# not keep to it.  Beside it what else the newer kinds are held to.
. test/nodes.sh
trap nodes_end EXIT
powers_rs=art26,art29,victims powers_fr=art26,art29
nodes_make hq rs fr || exit 1
node_start rs && node_start fr || exit 1

e() { nodes_m=$1; shift; "$entente" "$@" --dir "$T/$nodes_m" --no-input >"$T/out" 2>"$T/err"; }
holds() { what=$1; shift; "$@"; nodes_r=$?; : >"$T/answer"; fact $nodes_r "$what"
	[ $nodes_r -eq 0 ] || sed 's/^/# /' "$T/out" "$T/err"; }
# no RULE FACT NODE ARGS...: the command is refused by that rule
no() { no_rule=$1 no_fact=$2; shift 2; e "$@"; no_r=$?
	[ $no_r -ne 0 ] && grep -q "$no_rule" "$T/err"
	fact $? "$no_fact: $no_rule"; }
ask() { e "$1" show "$2" --peek --json; jq -r "$3" "$T/out"; }
says() { [ "$(ask "$1" "$2" "$3")" = "$4" ]; }
within() { until=$(($(date +%s) + $1)); shift
	until "$@"; do [ "$(date +%s)" -lt $until ] || return 1; sleep 0.05; done; }
both() { within 10 says rs "$ref" '.legs[0].state' "$1" &&
	within 10 says fr "$ref" '.legs[0].state' "$1"
	fact $? "on both sides: $1"; }
queued() { e "$1" inbox "$2" --json; jq -e --arg r "$ref" 'any(.items[]; .ref == $r)' "$T/out" >"$T/is"; }
offer() {		# ARGS...: rs offers; $ref
	e rs offer new --from kinds/examples/spontaneous.json --to fr/cyber --yes --json "$@"
	offer_r=$?; ref=$(jq -r .ref "$T/out"); root=$(jq -r .name "$T/out"); return $offer_r; }

for m in rs fr; do e $m login 4711 --password-file "$T/pw" || cat "$T/err"; done

# -- from the headline to the content ------------------------------------------
holds 'an offer is sent' offer
both offered
queued fr inbox; fact $? 'it waits for the other side'
is "$(ask fr "$ref" '[.messages[0].body | has("text"), has("email")] | any')" false \
    'which reads headline and conditions, no content'
no E-FLOW-ACT 'content is not sent before they are accepted' \
    rs deliver "$ref" --from kinds/examples/spontaneous-deliver.json --yes
holds 'the other side proposes other conditions' \
    e fr counter "$ref" --from kinds/examples/spontaneous-counter.json
both countered
queued rs inbox; fact $? 'now it waits for who offered'
no E-FLOW-ACT 'nothing is accepted meanwhile' fr accept "$ref" --yes
holds 'it is offered again, for eyes of the named alone' \
    e rs reoffer "$ref" --until +3d --handling TLP:RED --from kinds/examples/spontaneous-reoffer.json
both offered
no E-OFFER-TERMS 'the first conditions can be accepted no more' \
    fr accept "$ref" --set "terms=$root" --yes
no E-OFFER-HANDLING 'nor the new ones under a lower handling' \
    fr accept "$ref" --from "$(echo '{"handling":{"tlp":"GREEN","onward":false}}' >"$T/green.json"; echo "$T/green.json")" --yes
holds 'the new ones are accepted' e fr accept "$ref" --own-ref OCLC-77 --yes
both accepted
is "$(ask rs "$ref" '[.messages[] | select(.act == "reoffer") | .name][0]')" \
    "$(ask rs "$ref" '[.messages[] | select(.act == "accept") | .body.terms][0]')" \
    'by the name of the message that states them'
is "$(ask rs "$ref" '[.messages[] | select(.act == "accept") | .handling.tlp][0]')" RED \
    'and under its handling'
queued rs inbox; fact $? 'the content is awaited'
no E-OFFER-HANDLING 'it is not sent under a lower one' rs deliver "$ref" --handling TLP:AMBER \
    --from kinds/examples/spontaneous-deliver.json --yes
echo 'list of accounts' >"$T/list.csv"
holds 'the content is sent' e rs deliver "$ref" \
    --from kinds/examples/spontaneous-deliver.json --file "$T/list.csv" --yes
both delivered
is "$(ask fr "$ref" '[.messages[] | select(.act == "deliver") | [.body.text[0:10], .handling.tlp, (.handling.onward | tostring)]][0] | join(" ")')" \
    'The server RED false' 'it is read, under the handling that was accepted'
e fr show "$ref" --lang fr
grep -q 'Uniquement avec notre accord préalable' "$T/out" && grep -q 'TLP:RED' "$T/out"
fact $? 'with the conditions, in the language of who reads'
holds 'its file too' e fr file get "$ref" 1 -o "$T/got.csv"
cmp -s "$T/list.csv" "$T/got.csv"; fact $? 'as it was sent'
holds 'use is reported' e fr result "$ref" --outcome harm-prevented --text 'Passwords changed.'
both reported
holds 'and the thread closed' e fr close "$ref"
both closed
holds 'what was said is exported' e fr export "$ref" -o "$T/offer.tar"
holds 'and proves itself' e fr verify "$T/offer.tar"

# -- to be deleted by a day ----------------------------------------------------------
day=$(date -u -d '+20 days' +%Y-%m-%d)
no E-OFFER-KEEP 'an offer is not kept longer than its conditions say' rs offer new \
    --from kinds/examples/spontaneous.json --set "delete_by=$day" --keep-until "$(date -u -d '+21 days' +%Y-%m-%d)" --yes
holds 'where nobody says it is kept until then' offer --set "delete_by=$day"
both offered
holds 'it is accepted' e fr accept "$ref" --yes
both accepted
holds 'and delivered' e rs deliver "$ref" --from kinds/examples/spontaneous-deliver.json --yes
both delivered
is "$(ask fr "$ref" '[.messages[] | select(.act != "opened") | .keep_until] | unique | join(" ")')" "$day" \
    'after that day the receiver cannot read it any more'

# -- offers that come to nothing -----------------------------------------------------
holds 'another offer' offer
both offered
holds 'is withdrawn' e rs withdraw "$ref" --text 'A mistake.'
both withdrawn
no E-FLOW-ACT 'who comes late accepts nothing' fr accept "$ref" --yes
no E-FLOW-ACT 'and gets nothing' rs deliver "$ref" \
    --from kinds/examples/spontaneous-deliver.json --yes
holds 'a third' offer
both offered
holds 'is declined' e fr decline "$ref" --ground not-relevant
both declined
holds 'and offered again' e rs reoffer "$ref" --until +3d \
    --from kinds/examples/spontaneous-reoffer.json
both offered
holds 'a fourth stands for three seconds' \
    offer --until "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)"
no E-OFFER-EARLY 'it does not lapse before' rs lapse "$ref"
both offered
sleep 3
no E-OFFER-LAPSED 'after it nobody accepts' fr accept "$ref" --yes
holds 'then it lapses' e rs lapse "$ref"
both lapsed

# -- what else the kinds are held to --------------------------------------------------
e rs request new --from kinds/examples/victim.json --to fr/cyber --dry-run
is $? 5 'a request for a victim goes to no desk without the power'
grep -q E-POLICY-POWER "$T/out"; fact $? 'as is said: E-POLICY-POWER'
holds 'a payment to be stopped' e rs request new --from kinds/examples/payment.json --yes --json
ref=$(jq -r .ref "$T/out")
is "$(ask rs "$ref" '.legs[0].urgency')" flash 'is flash where nobody says otherwise'
holds 'things to be examined' e rs request new --from kinds/examples/forensic.json --yes --json
ref=$(jq -r .ref "$T/out")
both sent
holds 'are handed over' e rs hand-over "$ref" --from kinds/examples/forensic-hand-over.json
holds 'which the other side writes down as well' e fr hand-over "$ref" \
    --from kinds/examples/forensic-hand-over.json --set side=received
within 10 says rs "$ref" '[.messages[] | select(.act == "hand-over") | .from] | sort | join(" ")' 'fr/cyber rs/cyber'
fact $? 'each signed by its own side'
both sent
no E-KIND-ACT 'no other kind takes hand-overs' rs hand-over \
    "$(e rs request new --from kinds/examples/trace.json --yes --json; jq -r .ref "$T/out")" \
    --from kinds/examples/forensic-hand-over.json
holds 'help is asked for' e rs request new --from kinds/examples/assistance.json --yes --json
ref=$(jq -r .ref "$T/out")
both sent
holds 'and promised out of a pledge' e fr will-answer "$ref" --by +12h \
    --from kinds/examples/assistance-will-answer.json
both promised
is "$(ask rs "$ref" '[.messages[] | select(.act == "will-answer") | .body | "\(.pledge) \(.pledge_amount)"][0]')" \
    'fr-rs-cyber/experts-1 12' 'which both can count'

# -- an offerer that does not keep to it ------------------------------------------------
node_stop fr
hostile() {
	rm -f "$T/peer.pem"
	"$B/test/scenario/offer_hostile" "$T" "$@" >"$T/hostile.tap"; hostile_r=$?
	grep -v '^1\.\.' "$T/hostile.tap" | sed "s/^\(not \)\{0,1\}ok [0-9]*/\1ok/"
	tap_n=$((tap_n + $(grep -c '^\(not \)\{0,1\}ok ' "$T/hostile.tap")))
	fact $hostile_r "$hostile_what"
}
hostile_what='a hostile offerer is refused'; hostile offer
thread=$(cat "$T/offer")
holds 'its offer is accepted all the same' e rs accept "$thread" --yes
accept=$(ask rs "$thread" '[.messages[] | select(.act == "accept") | .name][0]')
hostile_what='and held to what was accepted'; hostile deliver "$thread" "$accept"
is "$(ask rs "$thread" '.legs[0].state')" delivered 'until it does as it said'
holds 'we offer to it, too' offer
hostile_what='it accepts what was offered, and nothing else'; hostile accept "$root"
is "$(ask rs "$ref" '.legs[0].state')" offered 'what waits for others has no effect yet'
done_testing
