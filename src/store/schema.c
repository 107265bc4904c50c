#include "store/schema.h"

#include <assert.h>

#include "store/leg_store.h"
#include "store/outbox_store.h"
#include "store/receipt_store.h"

/*
 * In what SQLite and PostgreSQL share.  Every key begins with `member`, the
 * node's own member.  Times are milliseconds, 0 where there is none.  A
 * column `box` holds what people said, sealed; `shelf` is the month it dies.
 * Everything else is what a header shows: names, refs, times, sizes, hashes.
 *
 * Enumerations are kept by their number.  What the indexes below and old rows
 * rely on must not move; new values go to the end.
 */
static_assert(ACT_SUBMIT == 0 && ACT_REPLY == 19 && ACT_HAND_OVER == 26 &&
    ACT_COUNTERSIGN == 27,
    "acts in stored rows");
static_assert(STATE_NONE == 0 && STATE_REOPENED == 12 &&
    STATE_DELIVERED == 18, "states in rows");
static_assert(FLOW_DIRECT == 1 && FLOW_OFFER == 2, "flows in rows");
static_assert(URGENCY_FLASH == 2 && TLP_RED == 4 && LEVELS == 4,
    "ceilings of old accounts");
static_assert(URGENCY_NORMAL == 0 && URGENCY_FLASH == 2, "lanes in rows");
static_assert(OUTBOX_QUEUED == 0, "the indexes of what is queued");
static_assert(RECEIPT_TAKEN == 0 && RECEIPT_CUSTODY == 3, "results in rows");
static_assert(ROLE_ASKER == 0 && ROLE_ASKED == 1, "roles in rows");
static_assert(QUEUE_INBOX == 1 && QUEUE_WAITING == 3 && QUEUE_DONE == 4,
    "queues in rows");

static const char messages[] =
/* Small facts, and numbers given out. */
"CREATE TABLE fact ("
" member TEXT NOT NULL,"
" key TEXT NOT NULL,"
" value TEXT NOT NULL,"
" PRIMARY KEY (member, key));"
"CREATE TABLE sequence ("
" member TEXT NOT NULL,"
" name TEXT NOT NULL,"
" last INTEGER NOT NULL,"
" PRIMARY KEY (member, name));"

/* Messages: headers in the clear.  parents: names, one after the other;
 * recipients: desks with spaces between. */
"CREATE TABLE message ("
" member TEXT NOT NULL,"
" name BLOB NOT NULL,"
" number INTEGER NOT NULL,"
" thread BLOB NOT NULL,"
" ref TEXT NOT NULL,"
" sender TEXT NOT NULL,"
" sender_desk TEXT NOT NULL,"
" badge TEXT NOT NULL,"
" kind TEXT NOT NULL,"
" act INTEGER NOT NULL,"
" urgency INTEGER NOT NULL,"
" sent INTEGER NOT NULL,"
" promised_until INTEGER NOT NULL,"
" new_desk TEXT NOT NULL,"
" stored INTEGER NOT NULL,"
" ours INTEGER NOT NULL,"
" place INTEGER NOT NULL,"
" content BLOB NOT NULL,"
" keep_until INTEGER NOT NULL,"
" parents BLOB NOT NULL,"
" recipients TEXT NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, name));"
"CREATE INDEX message_thread ON message (member, thread, place, number);"
"CREATE INDEX message_ref ON message (member, ref, sender);"
/* What they say: apart, so that reading headers does not pass over it; by
 * number, because names would spread the writes over all pages. */
"CREATE TABLE content ("
" member TEXT NOT NULL,"
" number INTEGER NOT NULL,"
" shelf TEXT NOT NULL,"
" box BLOB NOT NULL,"
" PRIMARY KEY (member, number));"
/* Held messages and the parents they name. */
"CREATE TABLE held ("
" member TEXT NOT NULL,"
" parent BLOB NOT NULL,"
" message BLOB NOT NULL,"
" number INTEGER NOT NULL,"
" PRIMARY KEY (member, parent, message));"
"CREATE INDEX held_message ON held (member, message);"

"CREATE TABLE leg ("
" member TEXT NOT NULL,"
" thread BLOB NOT NULL,"
" peer TEXT NOT NULL,"
" number INTEGER NOT NULL,"
" ref TEXT NOT NULL,"
" kind TEXT NOT NULL,"
" flow INTEGER NOT NULL,"
" role INTEGER NOT NULL,"
" asker TEXT NOT NULL,"
" asked TEXT NOT NULL,"
" state INTEGER NOT NULL,"
" queue INTEGER NOT NULL,"		/* 1 inbox, 3 waiting, 4 done */
" urgency INTEGER NOT NULL,"
" sent INTEGER NOT NULL,"
" received INTEGER NOT NULL,"
" acknowledge_by INTEGER NOT NULL,"
" answer_by INTEGER NOT NULL,"
" promised_by INTEGER NOT NULL,"
" next_step_by INTEGER NOT NULL,"
" updated INTEGER NOT NULL,"
" opened INTEGER NOT NULL,"
" opened_there INTEGER NOT NULL,"
" exercise INTEGER NOT NULL,"
" crossed INTEGER NOT NULL,"
" PRIMARY KEY (member, thread, peer));"
"CREATE INDEX leg_number ON leg (member, number);"
"CREATE INDEX leg_queue ON leg (member, queue, number);"

/* On its way out. */
"CREATE TABLE outbox ("
" member TEXT NOT NULL,"
" id INTEGER NOT NULL,"
" message BLOB NOT NULL,"
" peer TEXT NOT NULL,"
" lane INTEGER NOT NULL,"
" deliver_by INTEGER NOT NULL,"
" next_try INTEGER NOT NULL,"
" tries INTEGER NOT NULL,"
" slip INTEGER NOT NULL,"
" status INTEGER NOT NULL,"
" rule TEXT NOT NULL,"
" settled INTEGER NOT NULL,"
" PRIMARY KEY (member, message, peer));"
"CREATE UNIQUE INDEX outbox_id ON outbox (member, id);"
/* Only of what is queued: history does not slow the courier. */
"CREATE INDEX outbox_due ON outbox (member, peer, lane DESC, id)"
" WHERE status = 0;"
"CREATE INDEX outbox_late ON outbox (member, deliver_by) WHERE status = 0;"
"CREATE INDEX outbox_peer ON outbox (member, peer, next_try)"
" WHERE status = 0;"

/* Receipts, ours given and theirs got; an entry for each message named. */
"CREATE TABLE receipt ("
" member TEXT NOT NULL,"
" hash BLOB NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, hash));"
"CREATE TABLE receipt_entry ("
" member TEXT NOT NULL,"
" message BLOB NOT NULL,"
" giver TEXT NOT NULL,"
" receipt BLOB NOT NULL,"
" result INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" PRIMARY KEY (member, message, giver, receipt));"

/* Slips seen: low is the least number of the peer not seen yet. */
"CREATE TABLE slip ("
" member TEXT NOT NULL,"
" peer TEXT NOT NULL,"
" number INTEGER NOT NULL,"
" message BLOB NOT NULL,"
" PRIMARY KEY (member, peer, number, message));"
"CREATE TABLE slip_peer ("
" member TEXT NOT NULL,"
" peer TEXT NOT NULL,"
" low INTEGER NOT NULL,"
" high INTEGER NOT NULL,"
" PRIMARY KEY (member, peer))";

static const char trust[] =
/* Notes as they came.  position: the order they came in. */
"CREATE TABLE network ("
" member TEXT NOT NULL PRIMARY KEY,"
" id BLOB NOT NULL,"
" note BLOB NOT NULL);"
"CREATE TABLE directory ("
" member TEXT NOT NULL,"
" number INTEGER NOT NULL,"
" position INTEGER NOT NULL,"
" name BLOB NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, number, name));"
"CREATE TABLE card ("
" member TEXT NOT NULL,"
" peer TEXT NOT NULL,"
" name BLOB NOT NULL,"
" seq INTEGER NOT NULL,"
" position INTEGER NOT NULL,"
" stored INTEGER NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, peer, name));"
"CREATE INDEX card_position ON card (member, peer, position);"
"CREATE TABLE agreement ("
" member TEXT NOT NULL,"
" id TEXT NOT NULL,"
" version INTEGER NOT NULL,"
" position INTEGER NOT NULL,"
" name BLOB NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, id, version, name))";

static const char officers[] =
"CREATE TABLE account ("
" member TEXT NOT NULL,"
" badge TEXT NOT NULL,"
" name TEXT NOT NULL,"
" roles INTEGER NOT NULL,"
" desks TEXT NOT NULL,"
" lang TEXT NOT NULL,"
" uid INTEGER NOT NULL,"
" vkey TEXT NOT NULL,"
" made_by TEXT NOT NULL,"
" disabled INTEGER NOT NULL,"
" made INTEGER NOT NULL,"
" PRIMARY KEY (member, badge));"
"CREATE UNIQUE INDEX account_uid ON account (member, uid) WHERE uid >= 0;"
"CREATE TABLE session ("
" member TEXT NOT NULL,"
" secret BLOB NOT NULL,"
" badge TEXT NOT NULL,"
" type INTEGER NOT NULL,"
" label TEXT NOT NULL,"
" made INTEGER NOT NULL,"
" used INTEGER NOT NULL,"
" expires INTEGER NOT NULL,"
" PRIMARY KEY (member, secret));"
"CREATE INDEX session_badge ON session (member, badge, made);"
"CREATE INDEX session_expires ON session (member, expires);"
/* key: its hash, for it is whatever the client likes. */
"CREATE TABLE answer ("
" member TEXT NOT NULL,"
" badge TEXT NOT NULL,"
" key BLOB NOT NULL,"
" made INTEGER NOT NULL,"
" shelf TEXT NOT NULL,"
" box BLOB NOT NULL,"
" PRIMARY KEY (member, badge, key));"
"CREATE INDEX answer_made ON answer (member, made);"

"CREATE TABLE audit ("
" member TEXT NOT NULL,"
" id INTEGER NOT NULL,"
" leaf BLOB NOT NULL,"
" shelf TEXT NOT NULL,"
" box BLOB,"				/* NULL once its shelf is cleared */
" PRIMARY KEY (member, id));"

/* Files, sealed; uploads and drafts, not yet part of a message. */
"CREATE TABLE blob ("
" member TEXT NOT NULL,"
" name BLOB NOT NULL,"
" sender TEXT NOT NULL,"
" size INTEGER NOT NULL,"
" have INTEGER NOT NULL,"
" complete INTEGER NOT NULL,"
" made INTEGER NOT NULL,"
" PRIMARY KEY (member, name, sender));"
"CREATE INDEX blob_partial ON blob (member, made) WHERE complete = 0;"
"CREATE TABLE upload ("
" member TEXT NOT NULL,"
" id TEXT NOT NULL,"
" badge TEXT NOT NULL,"
" made INTEGER NOT NULL,"
" shelf TEXT NOT NULL,"
" box BLOB NOT NULL,"
" PRIMARY KEY (member, id));"
"CREATE TABLE draft ("
" member TEXT NOT NULL,"
" id TEXT NOT NULL,"
" author TEXT NOT NULL,"
" name BLOB NOT NULL,"
" made INTEGER NOT NULL,"
" shelf TEXT NOT NULL,"
" box BLOB NOT NULL,"
" PRIMARY KEY (member, id))";

/* Forks: which directories do not hold, and the roots' word on it. */
static const char forks[] =
"ALTER TABLE directory ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;"
"CREATE TABLE settlement ("
" member TEXT NOT NULL,"
" position INTEGER NOT NULL,"
" name BLOB NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, name))";

/* What messages name, as keyed hashes, and which thread follows which: both
 * gone with the shelf of the content that said so.  stored: newest first. */
static const char matching[] =
"CREATE TABLE identifier ("
" member TEXT NOT NULL,"
" hash BLOB NOT NULL,"
" stored INTEGER NOT NULL,"
" message BLOB NOT NULL,"
" thread BLOB NOT NULL,"
" sender TEXT NOT NULL,"
" type TEXT NOT NULL,"
" field TEXT NOT NULL,"
" begins INTEGER NOT NULL,"
" ends INTEGER NOT NULL,"
" shelf TEXT NOT NULL,"
" PRIMARY KEY (member, hash, stored, message, field, begins, ends));"
"CREATE INDEX identifier_thread ON identifier (member, thread);"
"CREATE INDEX identifier_shelf ON identifier (member, shelf);"
"CREATE TABLE thread_link ("
" member TEXT NOT NULL,"
" thread BLOB NOT NULL,"
" earlier BLOB NOT NULL,"
" stored INTEGER NOT NULL,"
" shelf TEXT NOT NULL,"
" PRIMARY KEY (member, thread, earlier));"
"CREATE INDEX thread_link_earlier ON thread_link (member, earlier)";

static const char delivery[] =
/* Receipts go out as messages do, named by their text; custody (status 4) is
 * looked through for what is late.  told: the author was paged. */
"ALTER TABLE outbox ADD COLUMN receipt BLOB;"
"ALTER TABLE outbox ADD COLUMN made INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE outbox ADD COLUMN told INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX outbox_slip ON outbox (member, peer, slip);"
"CREATE INDEX outbox_custody ON outbox (member, deliver_by)"
" WHERE status = 4;"
"CREATE INDEX outbox_untold ON outbox (member, made)"
" WHERE (status = 0 OR status = 4) AND told = 0;"
/* What a relay holds for others. */
"CREATE TABLE parcel ("
" member TEXT NOT NULL,"
" id INTEGER NOT NULL,"
" recipient TEXT NOT NULL,"
" sender TEXT NOT NULL,"
" lane INTEGER NOT NULL,"
" deliver_by INTEGER NOT NULL,"
" stored INTEGER NOT NULL,"
" sealed BLOB NOT NULL,"
" size INTEGER NOT NULL,"
" bytes BLOB NOT NULL,"
" PRIMARY KEY (member, recipient, sealed));"
"CREATE INDEX parcel_next ON parcel (member, recipient, lane DESC, id);"
"CREATE INDEX parcel_late ON parcel (member, deliver_by);"
"CREATE TABLE parcel_use ("
" member TEXT NOT NULL,"
" recipient TEXT NOT NULL,"
" sender TEXT NOT NULL,"
" n INTEGER NOT NULL,"
" bytes INTEGER NOT NULL,"
" PRIMARY KEY (member, recipient, sender));"
/* Files: until when they are kept (0: no message named them yet), and whether
 * they are here for others alone. */
"ALTER TABLE blob ADD COLUMN until INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE blob ADD COLUMN relayed INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX blob_until ON blob (member, until) WHERE complete = 1;"
"CREATE INDEX blob_relayed ON blob (member, sender) WHERE relayed = 1;"
/* Who must be told of what; shown until somebody has seen it. */
"CREATE TABLE page ("
" member TEXT NOT NULL,"
" id INTEGER NOT NULL,"
" reason TEXT NOT NULL,"
" badge TEXT NOT NULL,"
" desk TEXT NOT NULL,"
" peer TEXT NOT NULL,"
" thread BLOB,"
" n INTEGER NOT NULL,"
" since INTEGER NOT NULL,"
" last INTEGER NOT NULL,"
" seen INTEGER NOT NULL,"
" seen_by TEXT NOT NULL,"
" PRIMARY KEY (member, id));"
"CREATE UNIQUE INDEX page_open ON page (member, reason, badge, peer)"
" WHERE seen = 0;"
"ALTER TABLE leg ADD COLUMN told INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX leg_late ON leg (member, acknowledge_by)"
" WHERE role = 0 AND state = 1 AND told = 0";

static const char agreed[] =
/* Endings of agreements, as they came. */
"CREATE TABLE ending ("
" member TEXT NOT NULL,"
" id TEXT NOT NULL,"
" position INTEGER NOT NULL,"
" name BLOB NOT NULL,"
" note BLOB NOT NULL,"
" PRIMARY KEY (member, name));"
/* What answers drew from pledges, one for each message that did. */
"CREATE TABLE pledge_draw ("
" member TEXT NOT NULL,"
" message BLOB NOT NULL,"
" thread BLOB NOT NULL,"
" agreement TEXT NOT NULL,"
" pledge TEXT NOT NULL,"
" party TEXT NOT NULL,"			/* who pledged, and answered */
" other TEXT NOT NULL,"			/* whose request drew */
" amount INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" PRIMARY KEY (member, message));"
"CREATE INDEX pledge_draw_of ON pledge_draw (member, agreement, pledge, at);"
/* What passed under an emergency clause, to be reported afterwards. */
"CREATE TABLE emergency_use ("
" member TEXT NOT NULL,"
" message BLOB NOT NULL,"		/* the root */
" number INTEGER NOT NULL,"
" peer TEXT NOT NULL,"
" ref TEXT NOT NULL,"
" kind TEXT NOT NULL,"
" clause TEXT NOT NULL,"
" ours INTEGER NOT NULL,"
" sent INTEGER NOT NULL,"
" reported INTEGER NOT NULL,"		/* 0: not yet */
" reporter TEXT NOT NULL,"
" PRIMARY KEY (member, message, peer))";

static const char tally[] =
/* A number that was accounted for without its message: why (enum slip_end). */
"ALTER TABLE slip ADD COLUMN ended INTEGER NOT NULL DEFAULT 0";

static const char units[] =
/* An account's scope, and whose bounds it.  What there was before goes on with
 * the whole member's; its giver is nobody. */
"ALTER TABLE account ADD COLUMN giver TEXT NOT NULL DEFAULT '';"
"ALTER TABLE account ADD COLUMN gives INTEGER NOT NULL DEFAULT -1;"
"ALTER TABLE account ADD COLUMN kinds TEXT NOT NULL DEFAULT '';"
"ALTER TABLE account ADD COLUMN urgency INTEGER NOT NULL DEFAULT 2;"
"ALTER TABLE account ADD COLUMN tlp INTEGER NOT NULL DEFAULT 4;"
"ALTER TABLE account ADD COLUMN level INTEGER NOT NULL DEFAULT 3;"
"ALTER TABLE account ADD COLUMN scope_until INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE account ADD COLUMN initial INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE account ADD COLUMN reset_by TEXT NOT NULL DEFAULT '';"
"ALTER TABLE account ADD COLUMN reset_ok TEXT NOT NULL DEFAULT '';"
"ALTER TABLE account ADD COLUMN reset_at INTEGER NOT NULL DEFAULT 0;"
/* A second signature that is due afterwards; what a unit wrote directly. */
"ALTER TABLE leg ADD COLUMN countersign_by INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE leg ADD COLUMN countersigned INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE leg ADD COLUMN countersigner TEXT NOT NULL DEFAULT '';"
"ALTER TABLE leg ADD COLUMN lapse_told INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE leg ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX leg_countersign ON leg (member, countersign_by)"
" WHERE countersign_by > 0 AND countersigned = 0 AND lapse_told = 0;"
"CREATE INDEX leg_copied ON leg (member, number) WHERE copied = 1;"
/* Two desks are told of one member, each for itself. */
"DROP INDEX page_open;"
"CREATE UNIQUE INDEX page_open ON page (member, reason, badge, desk, peer)"
" WHERE seen = 0";

const char *const schema_steps[SCHEMA_STEPS] = {
	messages, trust, officers, delivery, matching, agreed,
	forks, tally, units,
};
