#ifndef MODEL_FIELD_TYPE_H
#define MODEL_FIELD_TYPE_H

#include "base/buf.h"
#include "base/json.h"
#include "model/ident.h"

/*
 * What a field of a kind can hold.  Each type has one check (value to ok or a
 * reason), perhaps one normaliser (for matching) and one renderer (for
 * people).  The forms of the values: doc/kinds.md.
 */
enum field_type {
	FIELD_TEXT, FIELD_LONGTEXT, FIELD_LANG_TEXT, FIELD_INTEGER,
	FIELD_DECIMAL, FIELD_MONEY, FIELD_BOOLEAN, FIELD_CHOICE,
	FIELD_MULTICHOICE, FIELD_COUNTRY, FIELD_LANGUAGE, FIELD_DATE,
	FIELD_PARTIAL_DATE, FIELD_DATETIME_ZONE, FIELD_PERIOD, FIELD_DURATION,
	FIELD_PERSON_NAME, FIELD_IP, FIELD_IP_PORT_TIME, FIELD_PORT,
	FIELD_CIDR, FIELD_ASN, FIELD_DOMAIN, FIELD_URL, FIELD_EMAIL,
	FIELD_PHONE, FIELD_HANDLE, FIELD_HASH, FIELD_WALLET, FIELD_IBAN,
	FIELD_CASE_NUMBER, FIELD_AUTHORITY, FIELD_OFFICER, FIELD_MEMBER,
	FIELD_DESK, FIELD_FILE, FIELD_REFERENCE, FIELD_SERIAL, FIELD_IMEI,
	FIELD_DOCUMENT_NUMBER, FIELD_PLATE, FIELD_VIN, FIELD_VESSEL,
	FIELD_MRZ, FIELD_GEO, FIELD_EXHIBIT, FIELD_ACCOUNT, FIELD_TYPES
};
bool		 field_type_parse(enum field_type *, const char *);
const char	*field_type_name(enum field_type);	/* "ip-port-time" */
/* The identifier a value of this type is matched as: "ip" for ip-port-time;
 * "" for types that are not matched. */
const char	*field_type_match(enum field_type);

/* A field as its kind describes it; borrowed from the kind. */
struct field {
	const char	*id;
	const char	*section;	/* the id of its section */
	enum field_type	 type;
	bool		 required;
	bool		 repeat;	/* the value is a list of 1 to max items */
	size_t		 max;
	size_t		 max_length;	/* bytes of text; 0: the type's own */
	int64_t		 min;		/* of an integer */
	int64_t		 max_value;
	const json_t	*list;		/* items of its codelist, or NULL */
	const json_t	*codes;		/* the codes of it that count; NULL: all */
	const json_t	*required_if;	/* conditions, or NULL */
	const json_t	*show_if;
	const char	*match;		/* field_type_match() or "": not indexed */
	const json_t	*label;		/* four languages */
	const json_t	*help;		/* or NULL */
};

/*
 * One value (one item of a repeated field) against the field's type.  `path`
 * names it in err: "body.ip[1]".  Rules: E-FIELD-*, E-CODE-UNKNOWN.
 */
bool	field_check(const struct field *, const json_t *value, const char *path,
	    struct err *);
/*
 * The text under which a checked value is matched: equal texts mean the same
 * identifier.  False, and nothing appended: the type is not matched, or the
 * value carries no identifier.
 */
bool	field_normal(struct buf *, enum field_type, const json_t *value);
/*
 * A checked value as one or more lines of plain text for people.  Free text
 * stays in its own language; codes, units and words of ours are in `lang`.
 * No direction marks: who shows it isolates it.
 */
void	field_render(struct buf *, const struct field *, const json_t *value,
	    const char *lang);

/* The label in a language, English when missing, "" when there is none. */
const char *label_in(const json_t *labels, const char *lang);

#endif
