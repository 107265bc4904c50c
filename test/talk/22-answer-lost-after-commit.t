#!test/talk/talk
# The receipt is on disk at the receiver and never came: the sender's next try
# is told the same, and nothing is there twice.
members hq rs fr
fr will die at receive:after-commit
rs starts
fr starts
rs sends a to fr times 20
fr logs vault died of signal 9
fr gets a
rs sees a taken by fr
rs stops
fr stops
rs and fr agree
