#!test/talk/talk
# A peer that is away gets everything when it returns, flash first.
members hq rs fr
rs starts
rs sends a to fr times 70
rs sends short to fr by 2s
rs sends f to fr flash
fr lacks a
rs sees a queued by fr
after 2s
# What is over its time is looked for at the start, too.
rs dies
rs starts
rs sees short expired
fr starts
fr gets f within 10s
fr gets a within 10s
fr lacks short
rs sees a taken by fr
rs stops
fr stops
rs and fr agree
