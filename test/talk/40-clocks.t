#!test/talk/talk
# Clocks that are wrong, and are set right while all runs.
members hq rs fr
rs starts
fr starts
# Eleven minutes fast: refused, and told why.
rs clock +11m
rs sends fast to fr
rs sees fast refused by fr E-TIME-AHEAD
fr lacks fast
# Nine minutes fast is a clock like others.
rs clock +9m
rs sends nine to fr
fr gets nine
# An hour behind the other side.
rs clock +1h
fr clock +2h
rs sends slow to fr
fr gets slow
rs clock +0s
fr clock +0s
# Written while the clock was fast, and not kept until it says so again.
fr stops
rs clock +9m
rs sends waits to fr
after 1s
rs clock +0s
fr starts
fr gets waits within 60s
# A step is told.
rs clock +9m
rs says .clock.by is 540
rs logs the clock was set by +540 s
rs pages clock
rs clock +0s
# The receiver's clock jumps: what seems late to it is not refused for good.
fr clock +3d
rs sends early to fr flash
rs sees early queued by fr E-RECEIPT-LATER
fr clock +0s
fr gets early within 60s
# The sender's clock jumps while messages wait: none of them lapses.
fr stops
rs sends later to fr flash
rs clock +3d
after 22s
rs sees later queued by fr
rs clock +0s
fr starts
fr gets later within 60s
rs serves
rs stops
fr stops
rs and fr agree
