#include "model/card.h"

#include "fuzz_text.h"

FUZZ_TEXT(card);
