#ifndef MODEL_BUNDLE_H
#define MODEL_BUNDLE_H

#include "base/tar.h"
#include "model/bundle_manifest.h"
#include "model/kind.h"
#include "model/leg.h"
#include "model/message.h"
#include "model/network.h"
#include "model/receipt.h"

/*
 * A thread with everything that proves it, as one tar archive, verified
 * without a node, years later.  Below the folder "bundle/":
 *
 *	README.txt			how to verify by hand
 *	network.note			the founding note
 *	directories/<number>.note	from 1, without a gap
 *	cards/<member>-<seq>-<mark>.note  mark: 16 hex digits of its name
 *	agreements/<id>-<version>.note
 *	messages/<nnn>-<name>.note	the signed headers, numbered for people
 *	messages/<nnn>-<name>.content	the content line, as it was hashed
 *	receipts/<nnn>-<member>-<k>.note  who received message nnn; k from 1
 *	files/<blob>.age		a sealed file; its key is in the content
 *	manifest.json			names, sizes and hashes of all the others
 *
 * What is signed proves itself up to the founding note, whose hash is the
 * network's id and must be known from elsewhere.  The manifest is unsigned: it
 * finds damage, and what it claims (who made the bundle, and when) is shown as
 * a claim.
 */
enum {
	BUNDLE_FILES	= 16384,	/* most files */
	BUNDLE_NUMBER	= 99999,	/* highest nnn, and k */
};

enum finding_status { FINDING_OK, FINDING_MISSING, FINDING_BAD, FINDING_STATUSES };
enum finding_group {
	GROUP_MANIFEST, GROUP_NETWORK, GROUP_DIRECTORIES, GROUP_CARDS,
	GROUP_AGREEMENTS, GROUP_MESSAGES, GROUP_CONTENTS, GROUP_FILES,
	GROUP_RECEIPTS, GROUP_STATE, FINDING_GROUPS
};
extern const char *const finding_status_names[FINDING_STATUSES];
extern const char *const finding_group_names[FINDING_GROUPS];

struct finding {
	enum finding_status	 status;
	enum finding_group	 group;
	const char		*what;		/* a path, "leg fr/cyber" */
	const char		*detail;	/* one line; or "" */
	const char		*rule;		/* "" when ok */
};

struct bundle_receipt {
	struct member_id	member;
	enum receipt_result	result;
	msec			at;
};

/* A message whose signature holds. */
struct bundle_message {
	unsigned		 number;	/* nnn */
	struct hash		 name;
	struct header		 header;
	struct badge		*approvals;	/* of the sender's officers */
	size_t			 napprovals;
	bool			 has_content;	/* there, and its hash holds */
	struct content		 content;
	struct slice		*blobs;		/* per header.blobs: sealed bytes, */
						/* hash and size hold; or empty */
	struct bundle_receipt	*receipts;
	size_t			 nreceipts;
	msec			 revoked;	/* of the key that answers for it */
};

struct bundle_leg {
	struct address		desk;		/* as the root addressed it */
	bool			known;		/* else the kind is not known here */
	struct leg		leg;
	unsigned		acts;
};

struct bundle {
	struct finding		*findings;
	size_t			 n;
	size_t			 cap;
	size_t			 count[FINDING_GROUPS][FINDING_STATUSES];
	bool			 has_manifest;
	struct manifest		 manifest;
	bool			 has_network;
	struct network		 network;
	struct hash		 net;
	struct bundle_message	*messages;	/* in the order of nnn */
	size_t			 nmessages;
	const struct bundle_message *root;	/* or NULL */
	struct bundle_leg	*legs;
	size_t			 nlegs;
};

/*
 * Everything is looked at; nothing ends it early.  `net` is the id one knows
 * the network by, or NULL; kinds NULL: states are not recomputed.  The archive
 * must outlive the bundle.  Every `bad` finding has a rule: E-BUNDLE-*, or the
 * rule of the note, text or age file that does not hold.
 */
void	bundle_verify(struct bundle *, struct arena *, const struct tar_archive *,
	    const struct hash *net, const struct kind_set *kinds);
void	bundle_release(struct bundle *);
/* Nothing is bad, and the root is there. */
bool	bundle_ok(const struct bundle *);
/* ok, and nothing is missing either. */
bool	bundle_whole(const struct bundle *);

/*
 * Open file i of a message with content: plaintext goes to the sink in pieces,
 * and is the file only when this returns true.  Rules E-BUNDLE-GONE (the
 * sealed bytes are not here), E-BUNDLE-FILE, E-AGE-*.
 */
bool	bundle_open_file(const struct bundle_message *, size_t i,
	    tar_sink *, void *arg, struct err *);
/*
 * The name that file is saved under: "<nnn>-<i>-<name>", where what could
 * mislead an eye, a shell or a file system became '_'.
 */
enum { BUNDLE_FILE_NAME = 160 };
void	bundle_file_name(char out[static BUNDLE_FILE_NAME],
	    const struct bundle_message *, size_t i);

#endif
