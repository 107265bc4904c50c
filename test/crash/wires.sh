# Sourced after world.sh: each member stands on a network of its own, a
# namespace with one wire to a switch, so that members can be cut from each
# other and from nobody else.  Frames are then sent to a station that is not
# there: nobody is told, as when a cable under the sea is cut.
wires=fire$$
demo=			# a demo network stays on loopback
wires_permitted() {
	ip netns add $wires-try 2>/dev/null && ip netns del $wires-try
}
net_of() { echo $wires-$1; }
place_of() { echo "10.77.0.$(($(port_of $1) - port + 1)):7400"; }
address_of() { place_of $1 | sed 's/:.*//'; }
where_is() { echo "ip netns exec $(net_of $1)"; }
nodes_port() { port=0; }

wires_make() {
	local m switch
	switch=$wires-switch; port=0
	trap 'nodes_end; wires_end' EXIT
	ip netns add $switch && ip -n $switch link add br0 type bridge &&
	ip -n $switch link set br0 up || return 1
	for m in $MEMBERS; do
		ip netns add $(net_of $m) &&
		ip -n $switch link add to-$m type veth peer name wire netns $(net_of $m) &&
		ip -n $switch link set to-$m master br0 up &&
		ip -n $(net_of $m) addr add $(address_of $m)/24 dev wire &&
		ip -n $(net_of $m) link set wire up &&
		ip -n $(net_of $m) link set lo up || return 1
	done
}
wires_end() {
	local m
	for m in $MEMBERS; do ip netns del $(net_of $m) 2>/dev/null; done
	ip netns del $wires-switch 2>/dev/null
}
wire_cut() {		# A B: neither hears of the other
	ip -n $(net_of $1) neigh replace $(address_of $2) lladdr 02:00:00:00:00:01 \
	    nud permanent dev wire &&
	ip -n $(net_of $2) neigh replace $(address_of $1) lladdr 02:00:00:00:00:01 \
	    nud permanent dev wire
}
wire_heal() {
	ip -n $(net_of $1) neigh del $(address_of $2) dev wire &&
	ip -n $(net_of $2) neigh del $(address_of $1) dev wire
}
