#include "model/spool.h"

#include "fuzz_text.h"

FUZZ_TEXT(spool);
