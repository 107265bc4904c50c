#!test/talk/talk
members hq rs fr
rs starts
fr starts
rs sends a to fr
fr gets a within 5s
rs sees a taken by fr
rs serves
fr serves
rs stops
fr stops
rs and fr agree
