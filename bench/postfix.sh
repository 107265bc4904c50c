# Postfix moves mail of 4 kB over two queued hops: an instance takes it, writes
# it into its queue, hands it to a second one, which does the same and hands it
# to a sink.  Nothing is sealed or signed.  Sourced by run; needs root.
#
# Both instances have their own configuration, queue and ports beneath $WORK.
# They are as Debian ships them, but for what would only cost them time: no
# lookups, no filters, no TLS, no pauses.

# NAME PORT NEXT-PORT
postfix_make() {
	d=$WORK/postfix/$1
	mkdir -p "$d/etc" "$d/queue" "$d/data"
	chmod 755 "$WORK" "$WORK/postfix" "$d" "$d/etc" "$d/queue"
	chown postfix "$d/data"
	cat >"$d/etc/main.cf" <<-END
		compatibility_level = 3.6
		queue_directory = $d/queue
		data_directory = $d/data
		maillog_file = $d/log
		maillog_file_prefixes = $d
		myhostname = $1.bench.example
		mydestination =
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		mynetworks = 127.0.0.0/8
		smtpd_relay_restrictions = permit_mynetworks, reject
		smtpd_peername_lookup = no
		alias_maps =
		alias_database =
		local_recipient_maps =
		disable_dns_lookups = yes
		smtp_host_lookup = native
		smtp_tls_security_level = none
		smtpd_tls_security_level = none
		relayhost = [127.0.0.1]:$3
		in_flow_delay = 0
		smtpd_client_connection_count_limit = 0
	END
	cat >"$d/etc/master.cf" <<-END
		$2 inet n - n - - smtpd
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		verify unix - - n - 1 verify
		flush unix n - n 1000? 0 flush
		proxymap unix - - n - - proxymap
		smtp unix - - n - - smtp
		relay unix - - n - - smtp
		showq unix n - n - - showq
		error unix - - n - - error
		retry unix - - n - - error
		discard unix - - n - - discard
		anvil unix - - n - 1 anvil
		scache unix - - n - 1 scache
		postlog unix-dgram n - n - 1 postlogd
	END
	postfix -c "$d/etc" start >>"$WORK/talk.postfix" 2>&1 || {
		say "postfix does not start:"
		tail -5 "$WORK/talk.postfix" "$d/log" >&2
		return 1
	}
}

postfix_stop() {
	for d in "$WORK"/postfix/*/etc; do
		[ ! -d "$d" ] || postfix -c "$d" stop >/dev/null 2>&1 || :
	done
	if [ -n "$SINK" ]; then
		kill "$SINK" 2>/dev/null || :
		wait "$SINK" 2>/dev/null || :
		SINK=
	fi
}
SINK=

# How many messages the sink has had: it writes one line again and again.
sunk() {
	tail -c 200 "$WORK/sunk" | tr '\r' '\n' |
	    sed -n '$s/.*mesg=\([0-9]*\) *$/\1/p'
}

# Of N messages, over 32 sessions: the rate to $WORK/postfix.rate.  It begins
# with the first and ends when the sink has had the last.
postfix_rate() {	# N
	next_port; in=$port
	next_port; mid=$port
	next_port; out=$port
	smtp-sink -c -u nobody "127.0.0.1:$out" 256 >"$WORK/sunk" 2>&1 &
	SINK=$!
	postfix_make second "$mid" "$out"
	postfix_make first "$in" "$mid"
	sleep 2
	# A few, so that processes are started and connections stand.
	postfix_send 200
	postfix_wait 200
	from=$(date +%s%N)
	postfix_send "$1"
	postfix_wait $((200 + $1))
	rate "$1" "$(($(date +%s%N) - from))e-9" >"$WORK/postfix.rate"
	postfix_stop
}

postfix_send() {
	smtp-source -d -s 32 -m "$1" -l 4096 -f a@bench.example \
	    -t b@sink.example "127.0.0.1:$in" >&2
}

postfix_wait() {
	for _ in $(seq 6000); do
		n=$(sunk)
		[ "${n:-0}" -lt "$1" ] || return 0
		sleep 0.05
	done
	say "postfix: ${n:-0} of $1 arrived"
	return 1
}
