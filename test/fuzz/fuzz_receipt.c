#include "model/receipt.h"

#include "fuzz_text.h"

FUZZ_TEXT(receipt);
