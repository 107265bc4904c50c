#include "model/collect.h"

#include "fuzz_text.h"

FUZZ_TEXT(collect);
