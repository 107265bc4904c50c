#!/bin/sh
# The two TLS listeners, looked at by sslscan and testssl.sh: TLS 1.3 alone, its
# ciphers alone, none of the known holes.  Certificates are pinned, not judged.
MEMBERS='hq rs'
. test/crash/world.sh
nodes_make 11
desk=$(port_of desk)
printf '\n[desk]\nlisten = 127.0.0.1:%s\n' $desk >>"$T/rs/entente.conf"
start rs; up rs; ok $? 'a node with a listener for officers'

# The link takes whoever holds a key, and says then whether it knows it.
openssl req -x509 -newkey ed25519 -nodes -subj /CN=scan -days 2 \
    -keyout "$T/key.pem" -out "$T/cert.pem" 2>"$T/out"
for what in "desk $desk" "link $(port_of rs)"; do
	set -- $what
	timeout 120 sh -c 'trap "" PIPE; exec "$@"' sh sslscan --no-colour \
	    --certs="$T/cert.pem" --pk="$T/key.pem" "127.0.0.1:$2" >"$T/scan" 2>&1
	ok $? "$1: sslscan came to an end"
	is "$(sed -n 's/^\(SSLv2\|SSLv3\|TLSv1[.0-9]*\) *\(enabled\|disabled\)$/\1 \2/p' "$T/scan" |
	    paste -sd,)" 'SSLv2 disabled,SSLv3 disabled,TLSv1.0 disabled,TLSv1.1 disabled,TLSv1.2 disabled,TLSv1.3 enabled' \
	    "$1: TLS 1.3 and nothing before it"
	is "$(sed -n 's/^\(Preferred\|Accepted\) *\(TLSv1.3\) .* \(TLS_[A-Z0-9_]*\).*/\3/p' "$T/scan" |
	    grep -vcE '^TLS_(AES_(128|256)_(GCM|CCM)_SHA(256|384)|CHACHA20_POLY1305_SHA256)$')" 0 \
	    "$1: its ciphers are those of TLS 1.3"
	! grep -qE 'vulnerable to heartbleed' "$T/scan" || grep -q 'not vulnerable' "$T/scan"
	ok $? "$1: no heartbleed"
	[ $bad -eq 0 ] || sed 's/^/# /' "$T/scan"
done

# Protocols, ciphers, forward secrecy and the named holes, by their own words.
timeout 500 testssl --ip 127.0.0.1 --nodns min --warnings batch --quiet --color 0 \
    -p -s -f -U --jsonfile "$T/testssl.json" "127.0.0.1:$desk" >"$T/out" 2>&1
[ -s "$T/testssl.json" ]; ok $? 'testssl.sh came to an end'
jq -r '.[] | select(.severity | IN("LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL")) |
    "# " + .id + ": " + .severity + " " + .finding' "$T/testssl.json" >"$T/found"
cat "$T/found"
[ ! -s "$T/found" ]; ok $? 'and found nothing'
is "$(jq -r '.[] | select(.id == "TLS1_3") | .finding' "$T/testssl.json" | cut -d' ' -f1)" \
    offered 'of a listener that it did look at'
api rs GET status; is $code 200 'the node goes on'
stop rs
echo "1..$n"
exit $bad
