#!/bin/sh
# Officers' accounts on a live node: passwords, tokens, cards, and what of it
# stands in the audit.
. test/nodes.sh
trap 'nodes_end' EXIT
nodes_make hq rs || { echo "Bail out! no nodes"; exit 1; }
node_start hq && node_start rs || { echo "Bail out! no node starts"; exit 1; }
code() { jq -r '.code // empty' "$T/answer"; }
one() { jq -r "$1" "$T/answer"; }
pw=$(cat "$T/pw")

login rs 4711 'not the password'
is "$status $(code)" '403 E-PASSWORD-WRONG' 'a wrong password logs nobody in'
login rs nobody "$pw"
is "$status $(code)" '403 E-PASSWORD-WRONG' 'nor does an account that is not there, in the same words'
login rs 4711 "$pw"; fact $? 'the right one does'

# -- passwords -----------------------------------------------------------------
api rs GET /me; vkey=$(one .vkey)
api rs POST /me/password -d '{"password":"Another-Password-1"}'
is "$status $(code) $(one .field)" '400 E-FIELD-MISSING old' 'a session alone changes no password'
api rs POST /me/password -d '{"old":"not it at all","password":"Another-Password-1"}'
is "$status $(code)" '403 E-PASSWORD-WRONG' 'nor does a wrong old one'
api rs POST /me/password -d "{\"old\":\"$pw\",\"password\":\"short\"}"
is "$status $(code)" '400 E-PASSWORD-WEAK' 'a weak new one is refused'
api rs POST /me/password -d "{\"old\":\"$pw\",\"password\":\"Another-Password-1\"}"
is "$status" 204 'who knows the old one changes it'
api rs GET /me
is "$(one .vkey)" "$vkey" 'and keeps the approval key that stands on the card'
login rs 4711 "$pw"
is "$status" 403 'the old password is over'
login rs 4711 Another-Password-1; fact $? 'the new one holds'

# -- tokens --------------------------------------------------------------------
api rs POST /tokens -d '{"label":"pager","days":30}'
is "$status" 201 'who logged in makes a token'
session=$token token=$(one .token)
api rs GET /me
is "$status $(one .badge)" '200 4711' 'the token is the officer'
api rs POST /tokens -d '{"label":"more","days":366}'
is "$status $(code)" '403 E-TOKEN-LOGIN' 'but makes no further tokens'
token=$session
api rs DELETE /tokens/pager
is "$status" 204 'it is ended by its label'
api rs DELETE /tokens/pager
is "$status $(code)" '404 E-NOT-FOUND' 'once'

# -- accounts and the card -----------------------------------------------------
api rs POST /accounts -d '{"badge":"4712","name":"Second","roles":["duty"],"desks":["rs/cyber"],"password":"Officer-4712-pw"}'
is "$status $(one .card_due)" '201 true' 'a new officer'"'"'s key is due on the card'
api rs POST /accounts -d '{"badge":"4712","name":"Again","roles":["duty"],"password":"Officer-4712-pw"}'
is "$status $(code)" '409 E-ACCOUNT-EXISTS' 'a badge is given once'
api rs POST /accounts -d '{"badge":"aud","name":"Auditor","roles":["auditor","duty"],"password":"Auditor-password"}'
is "$status $(code)" '400 E-ROLE-AUDITOR' 'an auditor has no other role'
api rs POST /accounts -d '{"badge":"aud","name":"Auditor","roles":["auditor"],"password":"Auditor-password"}'
is "$status" 201 'alone it has'
"$entente" login 4711 --dir "$T/rs" --password-file /dev/stdin --no-input \
    <<X >"$T/out" 2>&1
Another-Password-1
X
"$entente" card update --dir "$T/rs" --trust "$T/rs.age" --yes --no-input \
    --passphrase-file "$T/pass" >"$T/out" 2>&1
api rs GET /status
is "$(one .card.seq)" 2 'the next card is signed with the key the node never holds'
api rs GET /accounts
is "$(one '[.items[] | select(.card_due)] | map(.badge) | join(" ")')" '' \
    'and no card is due any more'

# -- the last administrator ----------------------------------------------------
api rs PATCH /accounts/4711 -d '{"disabled":true}'
is "$status $(code)" '409 E-ACCOUNT-LAST' 'the last administrator is not disabled'
api rs PATCH /accounts/4711 -d '{"roles":["duty"]}'
is "$status $(code)" '409 E-ACCOUNT-LAST' 'nor made less'

# -- two persons ---------------------------------------------------------------
draft() {
	jq -c '{kind, to: ["hq/cyber"], purpose, area, subject, lang,
	    body: (.body | del(.urgency_grounds, .urgency_reason))}' \
	    kinds/examples/preservation.json >"$T/request.json"
	api rs POST /messages -d @"$T/request.json"
	id=$(one .draft) hash=$(one .hash)
}
login rs 4712 Officer-4712-pw
draft
is "$status" 202 'a request of normal urgency waits for a second person'
login rs 4711 Another-Password-1
api rs POST "/drafts/$id/approve" -d "{\"hash\":\"$hash\",\"password\":\"Another-Password-1\"}"
is "$status $(code)" '403 E-APPROVAL-MAKER' 'who made the author'"'"'s account is no second person'
draft
login rs 4712 Officer-4712-pw
api rs POST "/drafts/$id/approve" -d "{\"hash\":\"$hash\",\"password\":\"Officer-4712-pw\"}"
is "$status $(code)" '403 E-APPROVAL-MAKER' 'nor is whose account the author made'

# -- the audit -----------------------------------------------------------------
login rs 4712 Officer-4712-pw
api rs GET '/audit'
is "$status $(code)" '403 E-ROLE' 'the audit is the auditor'"'"'s'
login rs aud Auditor-password
api rs GET '/audit?limit=200'
what() { one ".items[] | select(.what == \"$1\") | .who" | sort -u | tr '\n' ' '; }
is "$(what account.password)" '4711 ' 'the password'"'"'s change stands in it'
is "$(what token.new)$(what token.end)" '4711 4711 ' 'the token, made and ended'
is "$(what draft.wait)" '4711 4712 ' 'the drafts'
is "$(what trust.accept | tr ' ' '\n' | grep -c 4711)" 1 'the card'
is "$(one '[.items[] | select(.gone)] | length')" 0 'every entry can be read'
done_testing
