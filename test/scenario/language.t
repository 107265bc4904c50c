#!/bin/sh
# fr speaks a fifth language, has its own weekend and refuses for grounds of its
# own law, without a rebuild: node and command line take a translation to
# Portuguese, what it lacks is said in English, what is not good is left out and
# told; the asker reads fr's ground with the label from fr's card.
powers=art29,art31,art35
. test/crash/world.sh

at() { local m; m=$1; shift; "$entente" "$@" --dir "$T/$m" --no-input; }
e() { at "$@" >"$T/out" 2>"$T/err" || { sed 's/^/# /' "$T/err"; return 1; }; }
refused() {		# refused RULE FACT MEMBER COMMAND...
	local rule what r; rule=$1 what=$2; shift 2
	at "$@" --json >"$T/out" 2>"$T/err"; r=$?
	[ $r -ne 0 ] && grep -q "\"code\":\"$rule\"" "$T/err"; r=$?
	ok $r "$what"
	[ $r -eq 0 ] || sed 's/^/# /' "$T/err"
}
within() {
	local until; until=$(($(date +%s) + $1 * slow)); shift
	until "$@"; do
		[ $(date +%s) -lt $until ] || return 1
		sleep 0.05
	done
}
four() { printf '{"en":"%s","ar":"%s ar","es":"%s es","fr":"%s fr"}' "$1" "$1" "$1" "$1"; }
says() { grep -qF "$1" "$T/out" "$T/err"; }

# -- a pack is written, translated in part, and looked at -------------------------------
"$entente" lang template pt -o "$T" >"$T/out"; ok $? 'a template holds all texts'
ls "$T/pt" | tr '\n' ' ' >"$T/ls"
is "$(cat "$T/ls")" 'cli.json codelists.json errors.json kinds.json ' 'by part'
"$entente" lang check "$T/pt/kinds.json" >"$T/out"; ok $? 'and lacks none'
"$entente" lang template pt -o "$T" >"$T/out" 2>&1; is $? 9 'a translation is never overwritten'
jq '.cli |= with_entries(select(.key == "noun.status" or .key == "label.state" or
      .key == "status.left-out" or .key == "lang.none")) |
    .name = "Português" | .cli["noun.status"] = "O nó" | .cli["label.state"] = "Estado" |
    .cli["no.such"] = "x"' "$T/pt/cli.json" >"$T/new" && mv "$T/new" "$T/pt/cli.json"
"$entente" lang check "$T/pt/cli.json" --json >"$T/out"; is $? 10 'what lacks is found'
jq -e '.name == "Português" and .direction == "ltr" and .unknown == ["cli.no.such"] and
    (.missing | index("cli.noun.inbox")) and .translated == 4 and .same == 2' "$T/out" >/dev/null
ok $? 'by name, and what is there in vain'
jq '.cli["status.left-out"] = "{field}: {what}"' "$T/pt/cli.json" >"$T/bad.json"
"$entente" lang check "$T/bad.json" >"$T/out" 2>"$T/err"
is $? 1 'a text that lacks a word of the English one is refused'
says 'cli.status.left-out'; ok $? 'by name'
"$entente" lang template fr -o "$T" >"$T/out" 2>"$T/err"; is $? 1 'the four are the program'"'"'s'

# -- the command line -------------------------------------------------------------------
"$entente" help --lang pt >"$T/out" 2>"$T/err"; is $? 3 'a language that is not installed is refused'
says E-LANG-NONE; ok $? 'by rule'
mkdir -p "$T/home/entente/lang"
cp -r "$T/pt" "$T/home/entente/lang/"
rm "$T/home/entente/lang/pt/errors.json"
"$entente" help --lang pt >"$T/out"; says 'O nó' && says 'What waits for you'
ok $? 'put there it speaks, and English where it lacks'
LC_ALL=pt_BR.UTF-8 "$entente" help >"$T/out"; says 'O nó'; ok $? 'by locale too'
"$entente" help --lang ar >"$T/out"; ! says 'O nó'; ok $? 'and nobody else'
mkdir "$T/other"; mkdir "$T/other/pt"; cp "$T/bad.json" "$T/other/pt/"
ENTENTE_LANG_DIR="$T/other" "$entente" help --lang pt >"$T/out" 2>"$T/err"
[ $? -eq 0 ] && says 'The node' && says 'bad.json: cli.status.left-out'
ok $? 'a file that is not good is left out and told of'

# -- the node ---------------------------------------------------------------------------
nodes_make 9
mkdir -p "$T/fr/kinds/calendars" "$T/fr/lang/pt" "$T/fr/lang/dv"
echo '{"calendar": "fr", "weekend": ["fri", "sat"], "holidays": ["2026-07-14"]}' \
    >"$T/fr/kinds/calendars/fr.json"
cat >"$T/fr/lang/pt/texts.json" <<'END'
{"language": "pt", "name": "Português",
 "errors": {"E-NOT-FOUND.title": "Não existe", "E-GONE-LONG.title": "x"},
 "kinds": {"request.preservation/1|title": "Pedido de preservação",
   "request-acts/1|acts.acknowledge.title": "Assumir o pedido"},
 "codelists": {"countries|FR.label": "França"}}
END
echo '{"language": "pt", "errors": {"E-NOT-FOUND.todo": 7}}' >"$T/fr/lang/pt/wrong.json"
echo '{"language": "dv", "name": "ދިވެހި", "direction": "rtl"}' >"$T/fr/lang/dv/texts.json"
cat >"$T/fr/kinds/requires.json" <<END
{"request.preservation/1": {"grounds": [
  {"code": "no-treaty", "label": $(four 'No treaty with your state')}]},
 "message.text/1": {"grounds": [{"code": "x", "label": $(four X)}]}}
END
mine "$T/fr/kinds" "$T/fr/lang"
start rs fr hq; up rs fr hq; ok $? 'nodes start, whatever is not good'
login rs fr
for m in rs fr; do e $m login 4711 --password-file "$T/pw"; done
e fr status --lang pt
says 'fr: no work on Friday, Saturday; holidays: 1'
ok $? 'the calendar is shown'
grep -q 'lang/pt/wrong.json' "$T/out" && grep -q 'errors.E-NOT-FOUND.todo' "$T/out"
ok $? 'and the text that is not good, by file and name'
grep -q 'message.text/1' "$T/out"; ok $? 'and grounds for what nobody can refuse so'
api fr GET status
is "$(jq -c '[.languages[] | select(.code == "pt" or .code == "dv" or .code == "ar") |
    [.code, .name, .direction]]' "$A")" \
    '[["ar","العربية","rtl"],["dv","ދިވެހި","rtl"],["pt","Português","ltr"]]' \
    'each language says its name and direction'
in_lang() {		# in_lang LANGUAGES PATH
	curl -s --unix-socket "$T/fr/desk.sock" -H "Accept-Language: $1" \
	    -H "Authorization: Bearer $(cat "$T/fr.token")" "http://n/api/v1/$2"
}
in_lang pt kinds/no.such/1 >"$A"
is "$(jq -r .title "$A")" 'Não existe' 'problems come in Portuguese'
is "$(jq -r .todo "$A")" "$(in_lang en kinds/no.such/1 | jq -r .todo)" 'in English what is not translated'
is "$(in_lang 'xx, pt-BR;q=0.8, fr' kinds/no.such/1 | jq -r .title)" 'Não existe' \
    'for whoever would take it'
is "$(in_lang fr kinds/no.such/1 | jq -r .title)" \
    "$(jq -r '."E-NOT-FOUND".title.fr' lang/errors.json)" 'the four are as they were'
curl -s --unix-socket "$T/fr/desk.sock" -H 'Accept-Language: pt' http://n/else >"$A"
is "$(jq -r .title "$A")" 'Não existe' 'also those of the process that listens'
at fr kind show no.such/1 --lang pt >"$T/out" 2>"$T/err"; says 'Não existe'; ok $? 'the officer reads it'
is "$(in_lang pt kinds/request.preservation/1 | jq -r .title.pt)" 'Pedido de preservação' \
    'a kind of the network has its title'
e fr kind list --lang pt; says 'Pedido de preservação'; ok $? 'which is shown'
is "$(in_lang pt kinds/request.preservation/1 | jq -r .acts.acknowledge.title.pt)" \
    'Assumir o pedido' 'and its acts, by their fragment'
is "$(in_lang pt codelists/countries | jq -r '.items[] | select(.code == "FR").label.pt')" \
    'França' 'and its codes'
is "$(in_lang pt kinds | jq -r '.items[] | select(.kind == "request.preservation/1").hash')" \
    "$(api rs GET kinds; jq -r '.items[] | select(.kind == "request.preservation/1").hash' "$A")" \
    'under the hash that all know'
api fr POST accounts '{"badge":"4720","name":"P","roles":["duty"],"lang":"pt","password":"Officer-4720"}'
is "$code" 201 'an account may speak it'
api fr POST sessions '{"account":"4720","password":"Officer-4720"}'
curl -s --unix-socket "$T/fr/desk.sock" -H "Authorization: Bearer $(jq -r .token "$A")" \
    "http://n/api/v1/kinds/no.such/1" >"$T/out"
is "$(jq -r .title "$T/out")" 'Não existe' 'and is spoken to in it'
api rs POST accounts '{"badge":"4720","name":"P","roles":["duty"],"lang":"pt","password":"Officer-4720"}'
is "$(jq -r .field "$A")" lang 'not where no one translated'

# -- grounds of its own -------------------------------------------------------------------
e rs request new --from kinds/examples/preservation.json --yes --json
ref=$(jq -r .ref "$T/out")
there() { api fr GET "threads/$ref?peek=1"; [ "$(jq -r .ref "$A")" = $ref ]; }
fact 'a request comes' within 10 there
echo 'No treaty is in force; ask by letters rogatory.' >"$T/why.txt"
refuse() { refused "$1" "$2" fr refuse $ref --own-ground "$3" --text-file "$T/why.txt" --yes; }
refuse E-CODE-UNKNOWN 'a ground that the signed card does not list stays here' no-treaty
e fr card update --trust "$T/fr.age" --passphrase-file "$T/pass" --yes
ok $? 'the card lists it'
lists() { e $1 kind show request.preservation/1 --to fr && says 'No treaty with your state'; }
fact 'the officer can look it up' within 10 lists fr
refuse E-CODE-UNKNOWN 'no other is taken' no-law
refused E-USAGE-TWICE 'one ground is given' fr refuse $ref --ground political --own-ground no-treaty
api fr POST messages "{\"thread\":\"$ref\",\"act\":\"refuse\",\"lang\":\"en\",\"body\":{\"ground\":\"political\",\"national\":{\"fr\":{\"ground\":\"no-treaty\"}}}}"
is "$(jq -r '.code + " " + .field' "$A")" 'E-FIELD-VALUE body.national.fr' 'it stands beside "other" alone'
api fr POST messages "{\"thread\":\"$ref\",\"act\":\"refuse\",\"lang\":\"en\",\"body\":{\"ground\":\"other\",\"explanation\":\"x\",\"national\":{\"rs\":{\"ground\":\"no-treaty\"}}}}"
is "$(jq -r .code "$A")" E-FIELD-UNKNOWN 'nobody speaks for another'"'"'s law'
e fr refuse $ref --own-ground no-treaty --text-file "$T/why.txt" --yes
ok $? 'it refuses on a ground of its own'
arrived() { api rs GET "threads/$ref?peek=1"; [ "$(jq -r '.messages[-1].act' "$A")" = refuse ]; }
fact 'and the asker hears it' within 10 arrived
is "$(jq -c '.messages[-1].body | [.ground, .national.fr.ground]' "$A")" '["other","no-treaty"]' 'as "other", and which'
# A node that starts asks at once what is new.
stop rs; start rs; up rs; login rs; e rs login 4711 --password-file "$T/pw"
fact 'it has the card' within 20 lists rs
e rs show $ref --peek; says 'No treaty with your state'
ok $? 'and shows what the ground means, of its own kinds knowing nothing'
e rs show $ref --peek --lang es; says 'No treaty with your state es'; ok $? 'in the reader'"'"'s language'
memory_clean
echo "1..$n"
exit $bad
