#include "store/account_store.h"

#include "model/message.h"
#include "store/row.h"

enum { ROLES_KNOWN = 6 };
static const char *const role_names[ROLES_KNOWN] = {	/* by bit */
	"duty", "analyst", "supervisor", "frontline", "auditor", "admin",
};

bool
account_role_parse(unsigned *bit, const char *name)
{
	for (unsigned i = 0; i < ROLES_KNOWN; i++)
		if (strcmp(role_names[i], name) == 0) {
			*bit = 1u << i;
			return true;
		}
	return false;
}

const char *
account_role_name(unsigned bit)
{
	for (unsigned i = 0; i < ROLES_KNOWN; i++)
		if (bit == 1u << i)
			return role_names[i];
	return "";
}

#define COLUMNS \
	"badge, name, roles, desks, lang, uid, vkey, made_by, disabled, made," \
	" giver, gives, kinds, urgency, tlp, level, scope_until, initial," \
	" reset_by, reset_ok, reset_at"

static void
read_account(struct row *r, struct account *a)
{
	row_str(r, 0, a->badge.s, sizeof(a->badge.s));
	row_str(r, 1, a->name, sizeof(a->name));
	a->roles = row_enum(r, 2, 1u << ROLES_KNOWN);
	row_str(r, 3, a->desks, sizeof(a->desks));
	row_str(r, 4, a->lang, sizeof(a->lang));
	a->uid = db_int(r->s, 5);
	row_str(r, 6, a->vkey, sizeof(a->vkey));
	row_str(r, 7, a->made_by.s, sizeof(a->made_by.s));
	a->disabled = db_int(r->s, 8) != 0;
	a->made = db_int(r->s, 9);
	row_str(r, 10, a->giver.s, sizeof(a->giver.s));
	a->gives = db_int(r->s, 11);
	row_str(r, 12, a->kinds, sizeof(a->kinds));
	a->urgency = row_enum(r, 13, URGENCIES);
	a->tlp = row_enum(r, 14, TLPS);
	a->level = row_enum(r, 15, LEVELS);
	a->until = db_int(r->s, 16);
	a->initial = db_int(r->s, 17) != 0;
	row_str(r, 18, a->reset_by.s, sizeof(a->reset_by.s));
	row_str(r, 19, a->reset_ok.s, sizeof(a->reset_ok.s));
	a->reset_at = db_int(r->s, 20);
}

bool
account_put(struct store *st, const struct account *a, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO account (member, " COLUMNS ")"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15, $16, $17, $18, $19, $20, $21, $22)"
	    " ON CONFLICT (member, badge) DO UPDATE SET name = excluded.name,"
	    " roles = excluded.roles, desks = excluded.desks,"
	    " lang = excluded.lang, uid = excluded.uid, vkey = excluded.vkey,"
	    " made_by = excluded.made_by, disabled = excluded.disabled,"
	    " made = excluded.made, giver = excluded.giver,"
	    " gives = excluded.gives, kinds = excluded.kinds,"
	    " urgency = excluded.urgency, tlp = excluded.tlp,"
	    " level = excluded.level, scope_until = excluded.scope_until,"
	    " initial = excluded.initial, reset_by = excluded.reset_by,"
	    " reset_ok = excluded.reset_ok, reset_at = excluded.reset_at");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, a->badge.s);
	db_bind_text(s, 3, a->name);
	db_bind_int(s, 4, a->roles);
	db_bind_text(s, 5, a->desks);
	db_bind_text(s, 6, a->lang);
	db_bind_int(s, 7, a->uid);
	db_bind_text(s, 8, a->vkey);
	db_bind_text(s, 9, a->made_by.s);
	db_bind_int(s, 10, a->disabled);
	db_bind_int(s, 11, a->made);
	db_bind_text(s, 12, a->giver.s);
	db_bind_int(s, 13, a->gives);
	db_bind_text(s, 14, a->kinds);
	db_bind_int(s, 15, a->urgency);
	db_bind_int(s, 16, a->tlp);
	db_bind_int(s, 17, a->level);
	db_bind_int(s, 18, a->until);
	db_bind_int(s, 19, a->initial);
	db_bind_text(s, 20, a->reset_by.s);
	db_bind_text(s, 21, a->reset_ok.s);
	db_bind_int(s, 22, a->reset_at);
	return db_done(s, err);
}

bool
account_get(struct store *st, const char *badge, struct account *a,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM account"
	    " WHERE member = $1 AND badge = $2"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, badge);
	*a = (struct account){ .uid = -1 };
	if (row_next(&r))
		read_account(&r, a);
	return row_one(&r, "account", err);
}

bool
account_by_uid(struct store *st, int64_t uid, struct account *a,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM account"
	    " WHERE member = $1 AND uid = $2 AND uid >= 0"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, uid);
	*a = (struct account){ .uid = -1 };
	if (row_next(&r))
		read_account(&r, a);
	return row_one(&r, "account", err);
}

bool
account_list(struct store *st, struct arena *arena, struct account **all,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**all));
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM account"
	    " WHERE member = $1 ORDER BY badge"));

	db_bind_text(r.s, 1, st->member);
	while (row_next(&r))
		read_account(&r, row_list_add(&l));
	*all = (struct account *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}
