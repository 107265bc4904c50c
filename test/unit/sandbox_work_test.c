#include "proc/sandbox.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "sandbox_child.h"
#include "tap.h"

/* What each role is for, it can do inside its sandbox. */

static int listener = -1;
static struct sockaddr_in listener_at;
static in_port_t name_server_port;

static int
accept_one(void)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	int fd = accept4(listener, (struct sockaddr *)&a, &len, SOCK_CLOEXEC);

	if (fd == -1)
		return errno;
	return send(fd, "hello", 5, MSG_NOSIGNAL) == 5 ? 0 : errno;
}

static int
connect_to(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (const struct sockaddr *)&listener_at,
	    sizeof(listener_at)) == -1 ? errno : 0;
}

/* Resolving as libcurl does it: in a thread.  0 when it found an address. */
static void *
resolve(void *arg)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;

	*(int *)arg = getaddrinfo("localhost", "443", &hints, &found) == 0 ?
	    0 : 1;
	if (found != NULL)
		freeaddrinfo(found);
	return NULL;
}

static int
resolve_in_thread(void)
{
	pthread_t t;
	int rc = -1;

	if (pthread_create(&t, NULL, resolve, &rc) != 0)
		return 2;
	return pthread_join(t, NULL) == 0 ? rc : 3;
}

/* The resolver's own socket, against a name server on loopback. */
static void *
query(void *arg)
{
	unsigned char answer[512];

	if (res_init() != 0)
		return NULL;
	_res.nscount = 1;
	_res.nsaddr_list[0] = listener_at;
	_res.nsaddr_list[0].sin_port = name_server_port;
	_res.retrans = 1;
	_res.retry = 2;
	h_errno = 0;
	(void)res_query("name.example", C_IN, T_A, answer, sizeof(answer));
	*(int *)arg = h_errno == HOST_NOT_FOUND ? 0 : 50 + h_errno;
	return NULL;
}

static int
query_in_thread(void)
{
	pthread_t t;
	int rc = -1;

	if (pthread_create(&t, NULL, query, &rc) != 0)
		return 2;
	return pthread_join(t, NULL) == 0 ? rc : 3;
}

/* Tells everybody that their name does not exist. */
static pid_t
start_name_server(void)
{
	struct sockaddr_in a = listener_at;
	socklen_t len = sizeof(a);
	unsigned char q[512];
	ssize_t n;
	pid_t pid;
	int fd;

	a.sin_port = 0;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert(bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&a, &len) == 0);
	name_server_port = a.sin_port;
	pid = fork();
	assert(pid != -1);
	while (pid == 0) {
		n = recvfrom(fd, q, sizeof(q), 0, (struct sockaddr *)&a, &len);
		if (n < 12)
			_exit(1);
		q[2] |= 0x80;
		q[3] = 0x83;
		(void)sendto(fd, q, (size_t)n, 0, (struct sockaddr *)&a, len);
	}
	(void)close(fd);
	return pid;
}

static int
read_memfd_by_path(void)
{
	int fd = memfd_create("cert", MFD_CLOEXEC);
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fd == -1 || open(path, O_RDONLY | O_CLOEXEC) == -1 ? errno : 0;
}

static int
write_etc(void)
{
	return open("/etc/hosts", O_WRONLY | O_CLOEXEC) == -1 ? errno : 0;
}

static int
use_database(void)
{
	static const char sql[] =
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=1048576;"
	    "CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB);"
	    "BEGIN IMMEDIATE;"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    " WHERE i < 3000) INSERT INTO t SELECT i, randomblob(500) FROM n;"
	    "COMMIT; DELETE FROM t WHERE a % 2; PRAGMA wal_checkpoint(TRUNCATE);"
	    "VACUUM; PRAGMA integrity_check;";
	char path[128];
	sqlite3 *db, *reader;
	int rc;

	(void)snprintf(path, sizeof(path), "%s/test.db", dir);
	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return 1;
	rc = sqlite3_open_v2(path, &reader, SQLITE_OPEN_READONLY, NULL);
	if (rc != SQLITE_OK || sqlite3_exec(reader,
	    "SELECT count(*) FROM t", NULL, NULL, NULL) != SQLITE_OK)
		return 2;
	return sqlite3_close(reader) == SQLITE_OK &&
	    sqlite3_close(db) == SQLITE_OK ? 0 : 3;
}

static int
use_files(void)
{
	int d = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd, sub;

	if (d == -1 || mkdirat(d, "blobs", 0700) != 0)
		return 1;
	sub = openat(d, "blobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = openat(d, ".tmp", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (sub == -1 || fd == -1 || write(fd, "abcd", 4) != 4)
		return 2;
	if (ftruncate(fd, 2) != 0 || flock(fd, LOCK_EX) != 0 || fsync(fd) != 0)
		return 3;
	if (renameat(d, ".tmp", sub, "one") != 0 || fsync(d) != 0)
		return 4;
	if (linkat(sub, "one", sub, "two", 0) != 0)
		return 5;
	if (unlinkat(sub, "one", 0) != 0 || unlinkat(sub, "two", 0) != 0 ||
	    unlinkat(d, "blobs", AT_REMOVEDIR) != 0)
		return 6;
	return 0;
}

/* As `keys` stretches a password: in a child, the key through a pipe. */
static int
derive(void)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES] = "salt";
	unsigned char key[32];
	int fds[2], status;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return 1;
	pid = fork();
	if (pid == 0) {
		(void)alarm(60);
		if (crypto_pwhash(key, sizeof(key), "password", 8, salt,
		    crypto_pwhash_OPSLIMIT_MIN, 64 << 20,
		    crypto_pwhash_ALG_ARGON2ID13) != 0 ||
		    write(fds[1], key, sizeof(key)) != sizeof(key))
			_exit(1);
		_exit(0);
	}
	if (pid == -1 || read(fds[0], key, sizeof(key)) != sizeof(key))
		return 2;
	return wait4(pid, &status, 0, NULL) == pid && status == 0 ? 0 : 3;
}

static void
each_role(void)
{
	int no_files = sandbox_landlock() > 0 ? 0 : EPERM;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), got;
	pid_t server;

	OK(connect(fd, (const struct sockaddr *)&listener_at,
	    sizeof(listener_at)) == 0, "a client of the listener");
	OK(in_role(SANDBOX_LINK, accept_one) == 0, "link accepts and answers");
	(void)close(fd);
	OK(in_role(SANDBOX_VAULT, use_database) == 0,
	    "vault runs a WAL database: write, vacuum, checkpoint, read");
	OK(in_role(SANDBOX_VAULT, use_files) == 0,
	    "vault makes, moves, links and removes files");
	OK(in_role(SANDBOX_KEYS, derive) == 0,
	    "keys stretches a password with argon2id in a child");
	OK(in_role(SANDBOX_COURIER, connect_to) == 0,
	    "courier reaches a listener");
	OK(in_role(SANDBOX_COURIER, resolve_in_thread) == (no_files != 0),
	    "courier resolves localhost in a thread, where it may read /etc/hosts");
	server = start_name_server();
	got = in_role(SANDBOX_COURIER, query_in_thread);
	OK(got == 0, "courier hears a name server's no (%d)", got);
	(void)kill(server, SIGKILL);
	(void)waitpid(server, NULL, 0);
	OK(in_role(SANDBOX_COURIER, read_memfd_by_path) == no_files,
	    "courier reads a memfd by its path, where Landlock holds it");
	OK(in_role(SANDBOX_COURIER, write_etc) == EPERM,
	    "courier writes nothing under /etc");
}

static void
listen_somewhere(void)
{
	socklen_t len = sizeof(listener_at);

	listener_at.sin_family = AF_INET;
	listener_at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert(bind(listener, (const struct sockaddr *)&listener_at,
	    sizeof(listener_at)) == 0 && listen(listener, 8) == 0);
	assert(getsockname(listener, (struct sockaddr *)&listener_at, &len) ==
	    0);
}

int
main(void)
{
	char path[96];

	assert(sodium_init() != -1);
	log_init("sandbox_work_test", LOG_LEVEL_ERROR);
	make_dir();
	listen_somewhere();
	each_role();
	(void)snprintf(path, sizeof(path), "%s/test.db", dir);
	(void)unlink(path);
	OK(rmdir(dir) == 0, "nothing is left behind");
	return tap_done();
}
