#!test/talk/talk
# Five members fall into two halves that go on each by itself, and meet again.
members hq rs fr it se on wires
hq starts
rs starts
fr starts
it starts
se starts
rs sends before to fr,it,se
se gets before
rs cut from it
rs cut from se
fr cut from it
fr cut from se
hq cut from it
hq cut from se
rs sends a to fr,it
it sends b to se,rs
se sends c to fr
fr gets a
se gets b
after 1s
it lacks a
rs lacks b
fr lacks c
rs sees a taken by fr
rs sees a queued by it
se dies
se starts
rs joined to it
rs joined to se
fr joined to it
fr joined to se
hq joined to it
hq joined to se
it gets a within 60s
rs gets b within 60s
fr gets c within 60s
rs sees a taken within 60s
it sees b taken within 60s
se sees c taken within 60s
rs stops
fr stops
it stops
se stops
rs and fr and it and se agree
