#!test/talk/talk
# What was answered 201 is sent, whoever of the sender's falls.
members hq rs fr
rs starts
rs sends a to fr times 30
rs dies
rs starts
rs loses courier
rs loses keys
rs loses vault
rs loses link
rs loses desk
fr starts
fr loses vault
fr loses keys
fr gets a within 30s
rs sees a taken by fr
rs stops
fr stops
rs and fr agree
