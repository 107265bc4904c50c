#!test/talk/talk
# The line breaks while the receiver has a batch in its hands, and comes back.
members hq rs fr it on wires
fr will freeze at receive:after-commit
rs starts
fr starts
it starts
rs sends a to fr
fr froze
rs sends b to fr times 80
rs cut from fr
# What it had is kept; that it has it, nobody hears.
fr thaws vault
fr gets a within 5s
rs sends c to it
it gets c
rs sees a queued by fr
rs sees b queued by fr
rs joined to fr
fr gets b within 60s
rs sees a taken by fr within 60s
rs sees b taken by fr within 60s
rs stops
fr stops
it stops
rs and fr and it agree
