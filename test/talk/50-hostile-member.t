#!test/talk/talk
# A member with good keys and bad manners: each step is refused by a rule or
# raises an alarm, and the node goes on serving the others.
members hq rs fr
rs starts
hq starts
hostile replays
hostile carries
hostile reflects
hostile reuses-slips
rs logs fr used number
rs pages other-text
hostile tries-versions
hostile heaps-stanzas
hostile misnames-files
rs sends a to hq
hq gets a
hq sends b to rs
rs gets b
rs serves
