/*
 * What audit, blobs, uploads and drafts promise.  Run with a directory for a
 * store.
 */
#include "store/audit_store.h"
#include "store/blob_store.h"
#include "store/draft_store.h"
#include "store_fixture.h"

static bool
audit(struct store *st, msec at, const char *what, const char *detail)
{
	struct hash net = named("net", 1), object = named("object", 1);
	struct audit_entry e = {
		.at = at, .who = "4711", .what = what, .object = &object,
		.peer = "rs", .detail = detail,
	};

	return fine(audit_append(st, &net, &e, &err));
}

static bool
leaf_recomputes(const struct audit_row *a)
{
	struct hash leaf = audit_leaf(a->salt, a->entry);

	return hash_eq(&leaf, &a->leaf);
}

static void
test_audit(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct audit_row *rows;
	size_t n;

	began(st);
	OK(audit(st, NOW, "message.send", "") &&
	    audit(st, NOW, "message.read", "x") &&
	    audit(st, NOW, "account.disable", "") && committed(st),
	    "three entries");
	OK(fine(audit_list(st, &a, 0, 2, &rows, &n, &err)) && n == 2 &&
	    rows[0].id > rows[1].id, "the newest first");
	OK(leaf_recomputes(&rows[0]) && leaf_recomputes(&rows[1]) &&
	    !slice_eq(rows[0].salt, rows[1].salt), "each leaf recomputes");
	OK(slice_starts(rows[1].entry, "entente/audit/v1\n{\"net\":\""),
	    "an entry is a text of the network");
	OK(fine(audit_list(st, &a, rows[1].id, 9, &rows, &n, &err)) && n == 1 &&
	    leaf_recomputes(&rows[0]), "then the next page");
	OK(strstr(arena_str(&a, rows[0].entry), "\"at\":"
	    "\"2026-11-20T18:40:00.000Z\",\"who\":\"4711\",\"what\":"
	    "\"message.send\",\"object\":\"") != NULL,
	    "fields in their order, an empty detail left out");
	arena_free(&a);
}

static void
test_audit_shelf(struct store *st)
{
	struct shelf_label shelf = audit_shelf(NOW + 60 * DAY);
	struct hash leaf = named("no leaf", 0);
	struct arena a = ARENA_INIT;
	struct audit_row *rows;
	size_t n;

	OK(audit(st, NOW + 60 * DAY, "message.read", "y"),
	    "an entry of another month");
	if (OK(fine(audit_list(st, &a, 0, 1, &rows, &n, &err)) && n == 1 &&
	    rows[0].entry.n > 0, "it is there"))
		leaf = rows[0].leaf;
	shelves_drop(st->shelves, &shelf);
	OK(fine(audit_list(st, &a, 0, 9, &rows, &n, &err)) && n == 4 &&
	    rows[0].entry.n == 0 && rows[0].salt.n == 0 &&
	    hash_eq(&rows[0].leaf, &leaf),
	    "without its shelf the leaf stays and the entry is gone");
	OK(rows[1].entry.n > 0 && leaf_recomputes(&rows[1]),
	    "the other months stay");
	OK(!audit_append(st, &leaf, &(struct audit_entry){
	    .at = NOW + 60 * DAY, .who = "node", .what = "x", .peer = "",
	    .detail = "" }, &err) && is_rule("E-SHELF-MISSING"),
	    "no entry is written without its shelf");
	OK(fine(store_clear_shelf(st, &shelf, &err)) &&
	    fine(audit_list(st, &a, 0, 9, &rows, &n, &err)) && n == 4 &&
	    hash_eq(&rows[0].leaf, &leaf), "nor does clearing take the leaf");
	arena_free(&a);
}

static void
test_audit_moved(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct audit_row *rows;
	size_t n;

	began(st);
	OK(fine(db_exec(st->db, "UPDATE audit SET leaf = (SELECT b.leaf FROM"
	    " audit b WHERE b.id = 1) WHERE id = 2", &err)) &&
	    !audit_list(st, &a, 3, 9, &rows, &n, &err) &&
	    is_rule("E-SHELF-OPEN"), "an entry opens under no other leaf");
	db_rollback(st->db);
	arena_free(&a);
}

static struct blob_row
some_blob(int n, const char *sender)
{
	struct blob_row b = {
		.blob = named("blob", n), .size = 1000, .have = 10, .made = NOW,
	};

	(void)snprintf(b.sender, sizeof(b.sender), "%s", sender);
	return b;
}

static void
test_blobs(struct store *st)
{
	struct blob_row one = some_blob(1, "rs"), two = some_blob(2, "rs");
	struct blob_row theirs = some_blob(1, "ee"), got, *stale;
	struct arena a = ARENA_INIT;
	int64_t bytes = 0;
	size_t n;

	OK(!blob_get(st, &one.blob, "rs", &got, &err) &&
	    is_rule("E-NOT-FOUND"), "no blob yet");
	OK(fine(blob_put(st, &one, &err)) && fine(blob_put(st, &two, &err)) &&
	    fine(blob_put(st, &theirs, &err)),
	    "two members send, one of the same name");
	OK(fine(blob_of_sender(st, "rs", &bytes, &err)) && bytes == 2000 &&
	    fine(blob_of_sender(st, "lt", &bytes, &err)) && bytes == 0,
	    "a member's partial ones count in full");
	one.have = 1000, one.complete = true, one.made = NOW + 5;
	OK(fine(blob_put(st, &one, &err)) &&
	    fine(blob_get(st, &one.blob, "rs", &got, &err)) && got.complete &&
	    got.size == 1000 && got.have == 1000 && got.made == NOW + 5,
	    "one grows complete");
	OK(fine(blob_get(st, &one.blob, "ee", &got, &err)) && !got.complete &&
	    got.have == 10, "that of the other member does not");
	one.complete = false, one.have = 0;
	OK(fine(blob_put(st, &one, &err)) &&
	    fine(blob_get(st, &one.blob, "rs", &got, &err)) && got.complete,
	    "what is complete stays so");
	OK(fine(blob_stale(st, &a, NOW + 1, &stale, &n, &err)) && n == 2 &&
	    fine(blob_stale(st, &a, NOW, &stale, &n, &err)) && n == 0,
	    "partial ones grow stale");
	OK(fine(blob_delete(st, &two.blob, "rs", &err)) &&
	    !blob_get(st, &two.blob, "rs", &got, &err), "one is deleted");
	arena_free(&a);
}

static void
test_uploads(struct store *st)
{
	struct upload u = {
		.id = "0123456789abcdef0123456789abcdef", .badge = { "4711" },
		.file = { .name = "log.csv", .type = "text/csv", .size = 12,
		    .sha256 = named("plain", 1), .blob = named("sealed", 1),
		    .key = "AGE-SECRET-KEY-1X" }, .made = NOW,
	}, got;
	struct shelf_label shelf = shelf_brief(NOW);

	EQ_STR(shelf.s, "2026-12", "short-lived things go to the next month");
	OK(fine(upload_put(st, &u, &err)) &&
	    fine(upload_get(st, u.id, "4711", &got, &err)), "an upload");
	OK(strcmp(got.file.name, "log.csv") == 0 &&
	    strcmp(got.file.type, "text/csv") == 0 && got.file.size == 12 &&
	    hash_eq(&got.file.sha256, &u.file.sha256) &&
	    hash_eq(&got.file.blob, &u.file.blob) &&
	    strcmp(got.file.key, u.file.key) == 0 && got.made == NOW &&
	    strcmp(got.id, u.id) == 0 && strcmp(got.badge.s, "4711") == 0,
	    "all of it comes back");
	OK(!upload_get(st, u.id, "12", &got, &err) && is_rule("E-NOT-FOUND"),
	    "another officer does not find it");
	OK(fine(upload_delete(st, u.id, &err)) &&
	    !upload_get(st, u.id, "4711", &got, &err), "it is deleted");
}

static void
test_drafts(struct store *st)
{
	struct draft d = {
		.id = "d1", .author = { "4711" }, .name = named("draft", 1),
		.text = slice_str("header"), .content = slice_str("content"),
		.made = NOW,
	}, old = d, got, *all;
	struct shelf_label shelf;
	struct arena a = ARENA_INIT;
	size_t n;

	(void)snprintf(old.id, sizeof(old.id), "d0");
	old.made = NOW - 40 * DAY;
	shelf = shelf_brief(old.made);
	OK(fine(draft_put(st, &d, &err)) && fine(draft_put(st, &old, &err)),
	    "two drafts");
	OK(fine(draft_get(st, &a, "d1", &got, &err)) &&
	    text_is(got.text, "header") && text_is(got.content, "content") &&
	    hash_eq(&got.name, &d.name) && got.made == NOW &&
	    strcmp(got.author.s, "4711") == 0, "one comes back");
	OK(!draft_get(st, &a, "d2", &got, &err) && is_rule("E-NOT-FOUND"),
	    "another is not found");
	shelves_drop(st->shelves, &shelf);
	OK(!draft_get(st, &a, "d0", &got, &err) && is_rule("E-SHELF-MISSING"),
	    "the other month's is gone");
	OK(fine(draft_list(st, &a, &all, &n, &err)) && n == 2 &&
	    strcmp(all[0].id, "d0") == 0 && all[0].text.p == NULL &&
	    text_is(all[1].text, "header"), "the list shows the rest");
	OK(fine(store_clear_shelf(st, &shelf, &err)) &&
	    fine(draft_list(st, &a, &all, &n, &err)) && n == 1,
	    "clearing the shelf takes its row");
	OK(fine(draft_delete(st, "d1", &err)) &&
	    !draft_get(st, &a, "d1", &got, &err), "a draft is deleted");
	arena_free(&a);
}

static void
tests(struct store *st, const char *dir)
{
	(void)dir;
	test_audit(st);
	test_audit_shelf(st);
	test_audit_moved(st);
	test_blobs(st);
	test_uploads(st);
	test_drafts(st);
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
