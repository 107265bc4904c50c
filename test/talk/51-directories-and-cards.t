#!test/talk/talk
# Who shows different members different lists, keeps lists back, or skips a card.
members hq rs fr
rs starts
fr starts
rs sends a to fr
fr gets a
# A card that jumps its number.
rs freezes courier
fr updates its card as C2
fr updates its card as C3
rs refuses C3: E-CARD-CHAIN
rs accepts C2
rs accepts C3
rs thaws courier
# A directory that skips one.
roots renew D4
roots renew D5 after D4
rs refuses D5: E-DIRECTORY-NUMBER
rs accepts D4
# Two of one number.
roots renew F4
rs refuses F4: E-DIRECTORY-FORK
rs says .directory.forked is true
rs logs two directories claim the number 4
# Trust is frozen; what was under way goes on.
rs refuses D5: E-DIRECTORY-FORK
rs sends b to fr
fr gets b
fr sends c to rs
rs gets c
rs serves
