#include "proc/sandbox.h"

#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "tap.h"

/*
 * The libraries that link and courier stand on do their work inside the
 * sandbox: libmicrohttpd serves TLS on an inherited listener, and libcurl
 * comes by name, resolved in a thread, with a certificate from a memfd.
 */

static uid_t uid;
static gid_t gid;
static gnutls_datum_t cert, key;
static int listener = -1;
static unsigned port;

static void
make_certificate(void)
{
	gnutls_x509_privkey_t k;
	gnutls_x509_crt_t c;
	time_t now = time(NULL);

	assert(gnutls_x509_privkey_init(&k) == 0);
	assert(gnutls_x509_privkey_generate(k, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) == 0);
	assert(gnutls_x509_crt_init(&c) == 0);
	assert(gnutls_x509_crt_set_version(c, 3) == 0);
	assert(gnutls_x509_crt_set_serial(c, "\x01", 1) == 0);
	assert(gnutls_x509_crt_set_dn(c, "CN=test", NULL) == 0);
	assert(gnutls_x509_crt_set_activation_time(c, now - 60) == 0);
	assert(gnutls_x509_crt_set_expiration_time(c, now + 3600) == 0);
	assert(gnutls_x509_crt_set_key(c, k) == 0);
	assert(gnutls_x509_crt_sign2(c, c, k, GNUTLS_DIG_SHA256, 0) == 0);
	assert(gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, &cert) == 0);
	assert(gnutls_x509_privkey_export2(k, GNUTLS_X509_FMT_PEM, &key) == 0);
	gnutls_x509_crt_deinit(c);
	gnutls_x509_privkey_deinit(k);
}

static void
listen_somewhere(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(a);

	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	assert(bind(listener, (const struct sockaddr *)&a, sizeof(a)) == 0 &&
	    listen(listener, 8) == 0);
	assert(getsockname(listener, (struct sockaddr *)&a, &len) == 0);
	port = ntohs(a.sin_port);
}

static void
enter(enum sandbox_role role)
{
	const struct sandbox s = { .role = role, .uid = uid, .gid = gid };

	sandbox_enter(&s);
}

/* Tells the size of the client's certificate; a POST's bytes are counted. */
static enum MHD_Result
serve(void *arg, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *data, size_t *n, void **state)
{
	static char first;
	const union MHD_ConnectionInfo *info;
	struct MHD_Response *r;
	const gnutls_datum_t *peer;
	enum MHD_Result ok;
	char text[32];
	unsigned count = 0;

	(void)arg, (void)url, (void)method, (void)version, (void)data;
	if (*state == NULL || *n > 0) {
		*state = &first;
		*n = 0;
		return MHD_YES;
	}
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	peer = info == NULL ? NULL :
	    gnutls_certificate_get_peers(info->tls_session, &count);
	(void)snprintf(text, sizeof(text), "%u", peer == NULL ? 0 : count);
	r = MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_MUST_COPY);
	ok = MHD_queue_response(c, 200, r);
	MHD_destroy_response(r);
	return ok;
}

static void
ask_for_certificate(void *arg, struct MHD_Connection *c, void **state,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;

	(void)arg, (void)state;
	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_certificate_server_set_request(info->tls_session,
	    GNUTLS_CERT_REQUEST);
}

static void
run_link(void)
{
	struct MHD_Daemon *d;

	enter(SANDBOX_LINK);
	d = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TLS | MHD_USE_ITC |
	    MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, serve, NULL,
	    MHD_OPTION_LISTEN_SOCKET, listener,
	    MHD_OPTION_HTTPS_MEM_CERT, (const char *)cert.data,
	    MHD_OPTION_HTTPS_MEM_KEY, (const char *)key.data,
	    MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.3",
	    MHD_OPTION_NOTIFY_CONNECTION, ask_for_certificate, NULL,
	    MHD_OPTION_END);
	if (d == NULL)
		_exit(1);
	for (;;)
		if (MHD_run_wait(d, 1000) != MHD_YES)
			_exit(2);
}

static size_t
keep(char *p, size_t size, size_t n, void *arg)
{
	*(char *)arg = n == 1 ? p[0] : '?';
	return size * n;
}

static void
memfd_path(char out[static 32], gnutls_datum_t what)
{
	int fd = memfd_create("pem", MFD_CLOEXEC);

	assert(fd != -1 && write(fd, what.data, what.size) ==
	    (ssize_t)what.size);
	(void)snprintf(out, 32, "/proc/self/fd/%d", fd);
}

/* 0: answered, the server saw our certificate; else what went wrong. */
static int
fetch(const char *host)
{
	char url[64], cert_path[32], key_path[32], answer = 0;
	CURLcode rc;
	CURL *e;

	memfd_path(cert_path, cert);
	memfd_path(key_path, key);
	enter(SANDBOX_COURIER);
	e = curl_easy_init();
	(void)snprintf(url, sizeof(url), "https://%s:%u/x", host, port);
	(void)curl_easy_setopt(e, CURLOPT_URL, url);
	(void)curl_easy_setopt(e, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(e, CURLOPT_CAINFO, NULL);
	(void)curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	(void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
	(void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	(void)curl_easy_setopt(e, CURLOPT_SSLCERT, cert_path);
	(void)curl_easy_setopt(e, CURLOPT_SSLKEY, key_path);
	(void)curl_easy_setopt(e, CURLOPT_TIMEOUT, 10L);
	(void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, "hello");
	(void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, keep);
	(void)curl_easy_setopt(e, CURLOPT_WRITEDATA, &answer);
	rc = curl_easy_perform(e);
	if (rc != CURLE_OK)
		return (int)rc;
	return answer == '1' ? 0 : 100;
}

static int
fetched(const char *host)
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	assert(pid != -1);
	if (pid == 0)
		_exit(fetch(host));
	assert(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    256 + WTERMSIG(status);
}

int
main(void)
{
	int status, got;
	pid_t link;

	uid = geteuid() == 0 ? 65534 : getuid();
	gid = geteuid() == 0 ? 65534 : getgid();
	log_init("sandbox_tls_test", LOG_LEVEL_ERROR);
	assert(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	make_certificate();
	listen_somewhere();

	link = fork();
	assert(link != -1);
	if (link == 0)
		run_link();
	if (sandbox_landlock() > 0) {
		got = fetched("127.0.0.1");
		OK(got == 0, "courier posts by mutual TLS to link (%d)", got);
		got = fetched("localhost");
		OK(got == 0, "by name too (%d)", got);
	} else
		printf("# no Landlock: courier opens nothing\n");
	(void)kill(link, SIGTERM);
	assert(waitpid(link, &status, 0) == link);
	OK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
	    "link was there to the end (%d)", status);
	gnutls_free(cert.data);
	gnutls_free(key.data);
	return tap_done();
}
