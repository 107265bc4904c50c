#include "model/network.h"

#include <stdio.h>

#include "model/field.h"
#include "model/keyname.h"
#include "model/quorum.h"
#include "model/text.h"

const char *const network_class_names[NETWORK_CLASSES] = {
	[NETWORK_REAL] = "real", [NETWORK_DEMO] = "demo",
};

void
network_print(struct buf *b, const struct network *net)
{
	struct jout j = text_begin(b, "network");

	jout_str(&j, "name", net->name);
	jout_str(&j, "class", network_class_names[net->class]);
	jout_time(&j, "created", net->created);
	jout_int(&j, "k", net->k);
	jout_roots(&j, net->roots, net->n);
	jout_ext(&j, net->ext);
	text_end(&j);
}

static bool
network_read(struct network *net, struct err *err)
{
	const char *name;
	struct jobj j;

	jobj_begin(&j, net->json, "", err);
	name = jobj_str(&j, "name", sizeof(net->name) - 1);
	if (!j.bad && !network_name_valid(slice_str(name)))
		jobj_fail(&j, "E-FIELD-VALUE", "name", "names no network");
	if (!j.bad)
		(void)snprintf(net->name, sizeof(net->name), "%s", name);
	net->class = (enum network_class)jobj_enum(&j, "class",
	    network_class_names, NETWORK_CLASSES);
	net->created = jobj_time(&j, "created");
	net->k = (unsigned)jobj_int(&j, "k", 1, NETWORK_ROOTS);
	net->n = jobj_roots(&j, net->roots, NETWORK_ROOTS, net->name);
	if (!j.bad && net->k > net->n)
		jobj_fail(&j, "E-FIELD-VALUE", "k", "is more than there are roots");
	net->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
network_parse(struct network *net, struct slice text, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*net = (struct network){ .json = text_read(text, "network", err) };
	if (net->json == NULL)
		return false;
	ok = network_read(net, err);
	if (ok) {
		network_print(&b, net);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		network_release(net);
	buf_free(&b);
	return ok;
}

void
network_release(struct network *net)
{
	json_decref(net->json);
	net->json = NULL;
	net->ext = NULL;
}

bool
network_verify(struct network *net, struct hash *id, struct slice bytes,
    struct err *err)
{
	struct note note;

	*net = (struct network){ .n = 0 };
	if (!note_parse(&note, bytes, err) ||
	    !network_parse(net, note.text, err))
		return false;
	if (!quorum_signed(&note, net->roots, net->n, net->n,
	    "E-NETWORK-SIGNATURES", err)) {
		network_release(net);
		return false;
	}
	*id = note_text_name(&note);
	return true;
}
