#include "model/agreement.h"

#include "fuzz_text.h"

FUZZ_TEXT(agreement);
