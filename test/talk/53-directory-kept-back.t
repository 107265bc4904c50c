#!test/talk/talk
# Kept from newer directories, a node knows it: past its date only flash leaves.
members hq rs fr
rs starts
fr starts
rs clock +20d
fr clock +20d
# Their sessions are over by then.
after 2s
rs opens a session
rs says .directory.expired is true
rs sends a to fr
rs sends f to fr flash
fr gets f
after 1s
fr lacks a
rs sees a queued by fr
# And nothing is destroyed on the word of its own clock alone.
rs clock +4000d
rs loses vault
rs logs what is over is kept
rs clock +0s
fr clock +0s
rs loses vault
after 2s
rs opens a session
rs serves
