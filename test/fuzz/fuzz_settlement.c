#include "model/settlement.h"

#include "fuzz_text.h"

FUZZ_TEXT(settlement);
