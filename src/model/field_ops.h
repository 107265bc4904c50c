#ifndef MODEL_FIELD_OPS_H
#define MODEL_FIELD_OPS_H

#include "model/field_type.h"

/*
 * Between field_type.c and the files of the types (field_*.c): what each type
 * gives, and what they share.
 */
struct field_at {
	const struct field	*field;
	const char		*path;
	struct err		*err;
};

struct field_ops {
	const char	*name;
	const char	*match;		/* NULL: not matched */
	bool		 (*check)(const struct field_at *, const json_t *);
	/* Appends for a checked value; false: nothing to match.  NULL: the
	 * text itself. */
	bool		 (*normal)(struct buf *, const json_t *);
	/* NULL: the text or number itself. */
	void		 (*render)(struct buf *, const struct field *,
			    const json_t *, const char *lang);
};

extern const struct field_ops field_text_line, field_text_long,
    field_text_lang, field_text_case, field_text_reference;
extern const struct field_ops field_number_integer, field_number_decimal,
    field_number_money, field_number_port, field_number_file,
    field_number_geo;
extern const struct field_ops field_code_boolean, field_code_choice,
    field_code_multichoice, field_code_country, field_code_language;
extern const struct field_ops field_time_date, field_time_partial,
    field_time_zoned, field_time_period, field_time_duration;
extern const struct field_ops field_net_ip, field_net_ip_port_time,
    field_net_cidr, field_net_asn, field_net_hash;
extern const struct field_ops field_host_domain, field_url;
extern const struct field_ops field_name_email, field_name_handle;
extern const struct field_ops field_party_person, field_party_authority,
    field_party_officer, field_party_member, field_party_desk,
    field_party_phone;
extern const struct field_ops field_thing_serial, field_thing_imei,
    field_thing_document, field_thing_plate, field_thing_vin,
    field_thing_vessel, field_thing_iban;
extern const struct field_ops field_wallet, field_mrz;
extern const struct field_ops field_item_exhibit, field_item_account;

/* Fail at this place; false, for `return`. */
bool	field_fail(const struct field_at *, const char *rule, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* The value as one line of text, not empty, within the bound; else failed. */
bool	field_line(const struct field_at *, const json_t *, size_t max,
	    struct slice *);
/* As field_line, then `valid`, with E-FIELD-VALUE and `reason` otherwise. */
bool	field_form(const struct field_at *, const json_t *, size_t max,
	    bool (*valid)(struct slice), const char *reason);
/* The text at key of an object: of this form when it stands, and must stand
 * for _must. */
void	field_part(struct jobj *, const char *key, size_t max,
	    bool (*valid)(struct slice), const char *reason);
void	field_part_must(struct jobj *, const char *key, size_t max,
	    bool (*valid)(struct slice), const char *reason);
struct slice field_text(const json_t *);		/* of a JSON string */
struct slice field_key(const json_t *, const char *key); /* "" when absent */

/* ASCII, without locale. */
bool	field_is_digit(uint8_t);
bool	field_is_upper(uint8_t);
bool	field_is_alnum(uint8_t);
bool	field_all_digits(struct slice);
uint8_t	field_lower(uint8_t);
uint8_t	field_upper(uint8_t);
void	field_put_lower(struct buf *, struct slice);
/* Upper case, without the spaces and separators people put in numbers. */
bool	field_put_number(struct buf *, struct slice);

/* Forms that more than one file needs. */
bool	field_decimal_valid(struct slice);	/* "-12.50" */
bool	field_zone_valid(struct slice);		/* "Europe/Paris" */
bool	field_time_valid(struct slice);
void	field_put_time(struct buf *, struct slice at);	/* "2026-11-21 18:20:00 UTC" */
bool	field_ip_valid(struct slice);
bool	field_put_ip(struct buf *, struct slice);	/* canonical */
bool	field_host_valid(struct slice);		/* a domain, any case */
void	field_put_host(struct buf *, struct slice);	/* lower case, A-labels */
bool	field_email_valid(struct slice);
bool	field_phone_valid(struct slice);
bool	field_hash_valid(struct slice);		/* "sha256:<hex>" */

#endif
