#ifndef MODEL_AGREEMENT_H
#define MODEL_AGREEMENT_H

#include "base/arena.h"
#include "model/directory.h"
#include "model/handling.h"

/*
 * Which kinds may flow from whom to whom, for what, up to which handling.
 * The charter (id "charter", parties ["*"]) is signed by k roots; any other
 * by a directory key of every party, and its clauses speak of its parties
 * only: nobody is bound by what others signed.
 */
enum {
	AGREEMENT_CLAUSES = 128, AGREEMENT_LIST = 64,
	AGREEMENT_PARTIES = NOTE_SIGNATURES, AGREEMENT_ID = 33,
	AGREEMENT_CLAUSE = 17, AGREEMENT_PLEDGES = 64, AGREEMENT_FOCAL = 64
};

/* What an emergency clause is for: urgency flash and this purpose. */
#define AGREEMENT_EMERGENCY	"protect-life"

/* "*", a member id, or "class:bureau". */
struct agreement_party {
	char	s[48];
};

struct clause {
	char			id[AGREEMENT_CLAUSE];	/* "3.1" */
	const json_t		*text;		/* {"en":...} */
	const json_t		*kinds;		/* ["request.*","ping/1"]: a final * is a wildcard */
	struct agreement_party	*from, *to;
	size_t			nfrom, nto;
	const json_t		*purposes;	/* ["*"] or codes */
	const json_t		*areas;
	struct handling		ceiling;	/* onward here: may onward be granted */
	bool			emergency;	/* charter only: life at risk */
};

/* What a party may be asked for, whatever the clauses grant. */
struct mandate {
	struct member_id	party;
	const json_t		*text;
	const json_t		*areas;		/* patterns */
	const json_t		*territory;	/* ["FR"], shown; or NULL */
};

/* What a party gives to the others' requests; balance.h counts it. */
enum resource { RESOURCE_EXPERTS, RESOURCE_LAB_DAYS, RESOURCE_TOOLS,
	RESOURCE_SEATS, RESOURCES };
extern const char *const resource_names[RESOURCES];
enum pledge_per { PLEDGE_YEAR, PLEDGE_TOTAL, PLEDGE_PERS };
extern const char *const pledge_per_names[PLEDGE_PERS];
struct pledge {
	char			id[AGREEMENT_CLAUSE];
	struct member_id	party;
	enum resource		resource;
	int64_t			amount;
	enum pledge_per		per;
	const json_t		*text;		/* or NULL */
};

struct focal {
	struct member_id	party;
	struct address		desk;		/* of that party */
};

/* What an agreement may say beside its clauses; all of it optional. */
struct terms {
	char			framework_id[AGREEMENT_ID];	/* "": none */
	struct hash		framework;	/* of the version it was annexed to */
	struct member_id	*witnesses;
	bool			*witnessed;	/* agreement_witness() */
	size_t			nwitnesses;
	msec			review, report;	/* dates; 0: none */
	const char		*notice;	/* "P3M", or "" */
	struct duration		notice_time;
	struct mandate		*mandates;
	size_t			nmandates;
	struct pledge		*pledges;
	size_t			npledges;
	struct focal		*focal;
	size_t			nfocal;
};

struct agreement {
	struct hash		net;
	struct hash		name;		/* of the text it was parsed from */
	char			id[AGREEMENT_ID];
	int64_t			version;
	struct hash		prev;		/* of the version before; zeros for 1 */
	const json_t		*title;
	struct agreement_party	*parties;
	size_t			nparties;
	msec			from;
	msec			until;		/* 0: open */
	struct clause		*clauses;
	size_t			nclauses;
	struct terms		terms;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of the borrowed parts */
};

bool	agreement_parse(struct agreement *, struct arena *, struct slice text,
	    struct err *);
void	agreement_print(struct buf *, const struct agreement *);
void	agreement_release(struct agreement *);
/*
 * Parsed and signed by whom it must be: the charter by k of the directory's
 * roots, any other by a key of each party that is not revoked and had not
 * ended when the agreement begins.  Whether the version follows the one
 * before is the caller's question.  Rules E-AGREEMENT-SIGNATURES,
 * E-NOTE-SIGNATURE, E-NOTE-UNSIGNED, E-TEXT-NET.
 */
bool	agreement_verify(struct agreement *, struct arena *, struct slice note,
	    const struct directory *, struct err *);
/* Which of its witnesses signed beside the parties: shown, it gives no right. */
void	agreement_witness(struct agreement *, const struct note *,
	    const struct directory *);
/* Which party has signed so far, for each in turn; false also for the charter,
 * whose signatures are the roots'. */
void	agreement_signed(const struct agreement *, const struct note *,
	    const struct directory *, bool by[static AGREEMENT_PARTIES]);
bool	agreement_is_charter(const struct agreement *);
/* A member is a party: by its own id, or of the charter. */
bool	agreement_has_party(const struct agreement *, const struct member_id *);
const struct mandate *agreement_mandate(const struct agreement *,
	    const struct member_id *);
const struct pledge *agreement_pledge(const struct agreement *, const char *id);
/*
 * Of one id, and with a party in common: versions of one agreement.  Members who
 * share nothing may use the same id, so that nobody can take one away.
 */
bool	agreement_same(const struct agreement *, const struct agreement *);
/*
 * A version follows the one before when it names it and leaves out no party of
 * it: who is bound cannot be unbound by the others.  (A party leaves by an
 * ending.)  before NULL: the first.  Rules E-AGREEMENT-CHAIN,
 * E-AGREEMENT-PARTIES.
 */
bool	agreement_follows(const struct agreement *,
	    const struct agreement *before, struct err *);
/* Does this party expression mean the member? */
bool	agreement_party_is(const struct agreement_party *,
	    const struct directory_member *);
bool	agreement_list_has(const json_t *patterns, const char *value);

#endif
