#ifndef MODEL_KIND_TEXT_H
#define MODEL_KIND_TEXT_H

#include "model/kind.h"
#include "model/texts.h"

/*
 * The labels of kinds, fragments and codelists, for packs: under the name of
 * what holds them, a bar, and the place: "request.traffic/1|what.ip.label",
 * "request-acts/1|acts.answer.title", "countries|FR.label".  Names and hashes of
 * kinds are those of the files, whatever is put in.
 */
void	kind_texts(const struct kind_set *, struct texts *);

#endif
