#include "model/directory.h"

#include "fuzz_text.h"

FUZZ_TEXT(directory);
