#!test/talk/talk
# A peer that takes connections and says nothing, because its machine hangs: the
# others are served meanwhile, and all arrives once it goes on.
members hq rs fr
hq starts
rs starts
fr starts
fr freezes
rs sends a to fr times 70
rs sends b to hq times 10
hq gets b within 5s
after 1s
rs sees a queued by fr
rs stops
rs starts
rs serves
fr thaws
fr gets a within 90s
rs sees a taken by fr
fr sends c to rs
rs gets c
rs stops
fr stops
hq stops
hq and rs and fr agree
