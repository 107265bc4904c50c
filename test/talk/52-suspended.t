#!test/talk/talk
# A suspended member is served nothing; nothing leaves for it.
members hq rs fr
rs starts
hq starts
rs sends before to fr
roots suspend fr as D4
rs accepts D4
hq accepts D4
hostile is-suspended
fr starts
rs sees before queued by fr
rs sends a to hq
hq gets a
fr lacks before
rs cannot send b to fr: E-POLICY-MEMBER
rs serves
