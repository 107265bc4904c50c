#!test/talk/talk
# A disk that is full, then has room again; and one that cannot be written.
members hq rs fr
rs stands on a small disk
rs starts
fr starts
rs sends a to fr
fr gets a
rs fills its disk
rs cannot send b to fr: E-STORE-FULL
fr sends c to rs
after 1s
rs lacks c
fr sees c queued by rs
rs says .state is ready
rs clears its disk
rs gets c within 60s
rs sends d to fr
fr gets d
rs sees d taken by fr
rs serves
rs stops
fr stops
rs and fr agree
rs may only read its disk
rs does not start: Read-only file system
