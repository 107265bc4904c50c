#!/bin/sh
# The command line without a node: help, completion, did-you-mean, exit codes,
# what is refused, and the catalogues of its words.
entente=${B:-build/dev}/entente
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
export LC_ALL=C HOME="$T" XDG_CONFIG_HOME="$T/config" XDG_STATE_HOME="$T/state" TZ=UTC
unset ENTENTE_DIR ENTENTE_SOCKET ENTENTE_URL ENTENTE_PIN ENTENTE_TOKEN_FILE ENTENTE_LANG
n=0; bad=0
ok() {			# ok STATUS FACT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"
	else bad=1; echo "not ok $n - $2"; sed 's/^/# /' "$T/out" "$T/err" 2>/dev/null; fi
}
e() { "$entente" "$@" >"$T/out" 2>"$T/err" </dev/null; }
exits() { want=$1 fact=$2; shift 2; e "$@"; [ $? -eq "$want" ]; ok $? "$fact"; }
refused() {		# refused RULE EXIT FACT ARGS...
	rule=$1 want=$2 fact=$3; shift 3
	e "$@" --json; got=$?
	[ $got -eq "$want" ] && [ "$(tail -1 "$T/err" | jq -r .code 2>/dev/null)" = "$rule" ] ||
	    { e "$@"; [ $? -eq "$want" ] && grep -q "$rule" "$T/err"; }
	ok $? "$fact"
}
has() { grep -q -- "$1" "$T/$2"; ok $? "$3"; }
empty() { sed 's/^/# /' "$1"; ! [ -s "$1" ]; ok $? "$2"; }

# -- help -----------------------------------------------------------------------
exits 2 'without a command it is misused'
exits 0 'help' help
exits 0 '--help' --help
e help --json; jq -e '.schema == "help/1" and (.commands | length > 60)' "$T/out" >/dev/null
ok $? 'help --json is one object of a named schema'
cp "$T/out" "$T/help"
jq -r '.commands[].command' "$T/help" >"$T/commands"
: >"$T/a"; : >"$T/b"
for lang in en ar es fr; do
	while read -r c; do
		"$entente" help $c --lang $lang >"$T/p" 2>&1 || echo "$lang $c" >>"$T/a"
		grep -E '(^| )(help|option|noun|usage)\.[a-z]' "$T/p" | sed "s/^/$lang /" >>"$T/b"
	done <"$T/commands"
done
empty "$T/a" 'every command has a page in each language'
empty "$T/b" 'no page lacks a word'
jq -r '.commands[] | select(.examples | not) | .command' "$T/help" >"$T/a"
empty "$T/a" 'every command has an example'
# An example is what its command takes (offline: parsed, then no node).
jq -r '.commands[] | .command as $c | .examples | split("\n")[] | "\($c)\t\(.)"' "$T/help" >"$T/ex"
: >"$T/a"
while IFS='	' read -r c line; do
	line=${line%%[|>]*}
	case $line in "entente $c"*) ;; *) echo "$c: $line" >>"$T/a" ;; esac
	case $c in init|network*|trust*|card*|verify|version|config*|completion|"lang template") continue ;; esac
	eval "set -- ${line#entente }"
	e "$@" --no-input --socket "$T/none"
	grep -q 'E-USAGE-' "$T/err" && { echo "$line" >>"$T/a"; cat "$T/err" >>"$T/a"; }
done <"$T/ex"
empty "$T/a" 'every example parses'
exits 0 'a noun alone has a page' help token
exits 0 'also by --help' token --help
exits 2 'help on nothing known' help frobnicate

# -- the tables ------------------------------------------------------------------
jq -r '.commands[] | .command as $c | .options[] |
    select(.name | test("^(password|passphrase|secret|token|pin-code)$")) | "\($c) \(.name)"' "$T/help" >"$T/a"
empty "$T/a" 'no option takes a secret'
jq -r '([.options[].name]) as $g | .commands[] | select(.offline | not) | .command as $c | .options[].name |
    select(IN($g[])) | "\($c) \(.)"' "$T/help" >"$T/a"
empty "$T/a" 'no command that asks a node shadows an option of all'
jq -r '.commands[] | .command as $c | [.options[].name] | group_by(.)[] |
    select(length > 1) | "\($c) \(.[0])"' "$T/help" >"$T/a"
empty "$T/a" 'no option stands twice in a row'
jq -r '.commands[].command | split(" ")[0]' "$T/help" | sort | uniq -c |
    awk '$1 > 1 { print $2 }' | while read -r v; do
	jq -r --arg v "$v" '.commands[].command | select(. == $v)' "$T/help"; done >"$T/a"
empty "$T/a" 'a noun has verbs or is a verb, not both'

# -- misuse ----------------------------------------------------------------------
refused E-USAGE-COMMAND 2 'an unknown command' inbxo
e inbxo; has 'inbox' err 'names the one that was meant'
refused E-USAGE-COMMAND 2 'no abbreviation is guessed' inb
refused E-USAGE-VERB 2 'an unknown verb' token revok
e token revok; has '"token revoke"' err 'names the verb that was meant'
refused E-USAGE-VERB 2 'a noun without its verb' token
refused E-USAGE-OPTION 2 'an unknown option' inbox --limt 5
e inbox --limt 5; has '"--limit"' err 'names the option that was meant'
refused E-USAGE-OPTION 2 'an option of another command' inbox --ground x
refused E-USAGE-ARGUMENTS 2 'a missing argument' show
refused E-USAGE-ARGUMENTS 2 'one argument too many' show a b
refused E-USAGE-ARGUMENTS 2 'a queue that there is not' inbox urgnt
refused E-USAGE-VALUE 2 'an option without its value' ack R --by
refused E-USAGE-VALUE 2 'a value for a flag' status --json=yes
refused E-USAGE-VALUE 2 'an unknown colour' status --color pink
refused E-USAGE-TWICE 2 'an option twice' inbox --limit 1 --limit 2
refused E-USAGE-REQUIRED 2 'a required option' ack R
for t in 25:00 14:60 14 tomorrow +2x +h 2026-02-30T10:00 2026-13-01T10:00:00Z 2026-11-22 ''; do
	refused E-USAGE-TIME 2 "no time: \"$t\"" ack R --by "$t"
done
for t in -1 1x 99999999999 ''; do
	refused E-USAGE-NUMBER 2 "no number: \"$t\"" inbox --limit "$t"
done
for s in password passphrase token secret; do
	refused E-USAGE-SECRET 2 "--$s is no option" login 4711 --$s hunter2
	! grep -q hunter2 "$T/err"; ok $? 'and is not repeated'
done
refused E-USAGE-SECRET 2 'nor with =' login 4711 --password=hunter2
! grep -q hunter2 "$T/err"; ok $? 'which is not repeated either'
refused E-CLI-INPUT 2 'without a terminal a password is not asked for' login 4711 --socket "$T/none"
refused E-CLI-INPUT 2 'nor consent' token revoke pager --socket "$T/none"
exits 0 'a dry run does nothing' token revoke pager --dry-run --socket "$T/none"

# -- times, as the next step they name ------------------------------------------
# `told --at` reaches no node; the parsed time is seen in the error's absence.
for t in 14:00 9:05 +2h +90m +3d +1w '2026-11-22 14:00' 2026-11-22T14:00 2026-11-22T14:00:00Z \
    2026-11-22T14:00:00.5+01:00 PT4H; do
	e ack R --by "$t" --socket "$T/none"
	! grep -q E-USAGE-TIME "$T/err"; ok $? "a time: $t"
done
TZ=Europe/Paris e ack R --by '2026-03-29 02:30' --socket "$T/none"
has E-USAGE-TIME err 'an hour that the clocks skip is none'

# -- where the node is -----------------------------------------------------------
refused E-NODE-UNREACHABLE 1 'no node there' status --socket "$T/none"
refused E-CLI-PIN 1 'a node elsewhere needs its pin' status --url https://127.0.0.1:1
refused E-CONFIG 1 'a pin is 64 hex digits' status --url https://127.0.0.1:1 --pin 12
refused E-CONFIG 1 'http is refused' status --url http://127.0.0.1:1
exits 3 'a setting that is not set' config get url
exits 0 'a setting is written' config set lang fr
exits 0 'and read' config get lang
[ "$(cat "$T/out")" = fr ]; ok $? 'as it was written'
e config get frob; has 'réglage' err 'it is the language of what follows'
LC_ALL=ar_EG.UTF-8 e frob; has 'أمر' err 'else the locale is'
ENTENTE_LANG=es; export ENTENTE_LANG
e config explain lang --json
jq -e '[.items[] | select(.holds)] == [{"key":"lang","value":"es","source":"environment","holds":true}]' "$T/out" >/dev/null
ok $? 'environment before the file, and explain says so'
e config explain lang --lang ar --json
jq -e '.items[] | select(.holds) | .value == "ar" and .source == "flag"' "$T/out" >/dev/null
ok $? 'a flag before both'
unset ENTENTE_LANG
refused E-CLI-SETTING 3 'an unknown setting' config get dri
refused E-CONFIG 1 'a value that cannot be is not written' config set pin xyz
exits 0 'an empty value takes it out' config set lang ''
[ "$(stat -c %a "$T/config/entente/config")" = 600 ]; ok $? 'the file is its owner'"'"'s alone'
echo 'colour = red' >>"$T/config/entente/config"
refused E-CONFIG 1 'an unknown key in the file is an error' config explain
rm "$T/config/entente/config"
echo secret-token >"$T/tok"; chmod 644 "$T/tok"
refused E-CLI-TOKEN 4 'a token that others can read is refused' status --socket "$T/none" --token-file "$T/tok"
chmod 600 "$T/tok"; printf 'two words\n' >"$T/tok"
refused E-CLI-TOKEN 1 'a token is one word' status --socket "$T/none" --token-file "$T/tok"

# -- explain, version --------------------------------------------------------------
exits 0 'a code is explained' explain e-policy-agreement
exits 3 'an unknown code is not' explain E-POLICY-AGREMENT
has 'E-POLICY-AGREEMENT' err 'but the nearest is named'
for lang in en ar es fr; do
	e explain E-NODE-LOCKED --lang $lang; cat "$T/out"
done >"$T/four"
[ "$(grep -c 'entente unlock' "$T/four")" = 4 ]; ok $? 'in four languages, commands untranslated'
e version --json; jq -e .version "$T/out" >/dev/null; ok $? 'version --json'
exits 0 '--version' --version

# -- completion ---------------------------------------------------------------------
for s in bash zsh fish; do
	exits 0 "completion for $s" completion $s
	cp "$T/out" "$T/completion.$s"
	if command -v $s >/dev/null; then $s -n "$T/completion.$s"; ok $? "$s reads it"
	else n=$((n + 1)); echo "ok $n # skip no $s here"; fi
done
complete() {		# complete WANTED WORDS...
	want=$1; shift
	bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _entente; echo "${COMPREPLY[@]}"' \
	    - "$T/completion.bash" "$@" >"$T/out"
	grep -qw -- "$want" "$T/out"; ok $? "after \"$*\" comes $want"
}
complete inbox entente inb
complete revoke entente token ''
complete --limit entente inbox --l
complete --ground entente refuse REF --g
refused E-USAGE-ARGUMENTS 2 'no completion for other shells' completion tcsh

# -- the man page --------------------------------------------------------------------
"$(dirname "$0")/../../tools/synopsis" "$entente" >"$T/commands.mdoc"
sed -n '/made by tools\/synopsis/,/^\.\\" end/p' doc/man/entente.1 | sed '1d;$d' |
    diff - "$T/commands.mdoc" >"$T/a"
empty "$T/a" 'entente(1) tells the commands as they are (tools/synopsis)'
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning doc/man/entente.1 >"$T/a" 2>&1; empty "$T/a" 'and reads clean'
fi

# -- words --------------------------------------------------------------------------
for f in lang/cli*.json; do jq -r 'keys_unsorted[]' "$f"; done | sort >"$T/keys"
uniq -d "$T/keys" >"$T/a"; empty "$T/a" 'no key stands in two catalogues'
for f in lang/cli*.json; do
	jq -r 'to_entries[] | select((.value | keys_unsorted) != ["en","ar","es","fr"] or
	    ([.value[] | select(type != "string" or . == "")] | length) > 0) | .key' "$f"
done >"$T/a"; empty "$T/a" 'every text stands in en, ar, es, fr'
for f in lang/cli*.json; do
	jq -r 'to_entries[] | select(([.value[] | [scan("\\{[a-z0-9_-]+\\}")] | sort | unique] | unique | length) != 1) | .key' "$f"
done >"$T/a"; empty "$T/a" 'a text names the same things in each language'
sed 's/\..*//' "$T/keys" | sort -u >"$T/groups"
grep -rhoE '"[a-z]+(\.[a-z0-9_-]+)+"' src/entente --include='*.c' | tr -d '"' | sort -u |
    while read -r k; do grep -qx "${k%%.*}" "$T/groups" && ! grep -q "^$k\\." "$T/keys" && echo "$k"; done |
    grep -vE '\.(json|note|age|tar|conf|example|sock)$' >"$T/used"
comm -23 "$T/used" "$T/keys" >"$T/a"; empty "$T/a" 'every text that is asked for is there'
echo "1..$n"
exit $bad
