#!test/talk/talk
# One that sends twenty bodies of 8 MB at once and does not end them: it gets a
# share of memory and is told to come again; the others are served.
members hq rs fr it on wires
rs starts
it starts
fr heaps 20 bodies on rs
after 2s
rs keeps link below 130M
it sends a to rs times 20
rs gets a within 5s
rs serves
rs keeps link below 130M
fr is told 503 10 times
