#ifndef MODEL_BUNDLE_README_H
#define MODEL_BUNDLE_README_H

/* README.txt of every bundle: how to verify by hand, in four languages. */
extern const char bundle_readme[];

#endif
