#!test/talk/talk
# One that opens connections and says nothing on them, and again: it gets its
# share and no more, each for ten seconds; the others are served meanwhile.
members hq rs fr it on wires
rs starts
it starts
fr floods rs with 500 silent
after 2s
rs holds at most 64 of fr
it sends a to rs times 20
rs gets a within 5s
rs sends b to it times 20
it gets b within 5s
rs serves
fr relents
fr floods rs with 300 dribbling
after 2s
rs holds at most 64 of fr
it sends c to rs times 20
rs gets c within 5s
fr relents
rs keeps link below 60M
rs holds at most 0 of fr within 20s
