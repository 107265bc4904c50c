#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "base/encode.h"
#include "proc/fetch_internal.h"

enum {
	CONNECT_SECONDS = 15,
	STALL_SECONDS = 30,
	KEEP_SECONDS = 240	/* idle: less than our server's 5 minutes */
};

/* Nothing that curl would do of its own accord. */
static void
prepare_strict(struct fetch *f)
{
	CURL *e = f->easy;

	(void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(e, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
	(void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	(void)curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	(void)curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	(void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	(void)curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, (long)KEEP_SECONDS);
	(void)curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	(void)curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, fetch_sock_open);
	(void)curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, f->pool);
	(void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->curl_text);
	(void)curl_easy_setopt(e, CURLOPT_PRIVATE, f);
}

/* The peer is its key: no authority is asked, and none is even loaded (that
 * alone would cost 35 ms and 4 MB a connection). */
static void
prepare_tls(struct fetch *f, const uint8_t *pins, unsigned more)
{
	CURL *e = f->easy;
	struct buf text = BUF_INIT;

	for (unsigned i = 0; i <= more; i++) {
		buf_str(&text, i == 0 ? "sha256//" : ";sha256//");
		buf_base64(&text, slice_of(pins + 32 * i, 32), BASE64_PADDED);
	}
	(void)curl_easy_setopt(e, CURLOPT_PINNEDPUBLICKEY, buf_cstr(&text));
	buf_free(&text);
	(void)curl_easy_setopt(e, CURLOPT_CAINFO, NULL);
	(void)curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	(void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
	(void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	(void)curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	(void)curl_easy_setopt(e, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_3);
	fetch_identity_use(f->pool->identity, e);
}

static void
prepare_headers(struct fetch *f, const char *const *headers)
{
	bool typed = false;

	for (; headers != NULL && *headers != NULL; headers++) {
		f->headers = curl_slist_append(f->headers, *headers);
		if (strncasecmp(*headers, "Content-Type:", 13) == 0)
			typed = true;
	}
	/* Else curl calls every body a form. */
	if (!typed)
		f->headers = curl_slist_append(f->headers, "Content-Type:");
	(void)curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->headers);
}

static void
prepare_limits(struct fetch *f, const struct fetch_request *req)
{
	CURL *e = f->easy;

	if (req->timeout > 0)
		(void)curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)req->timeout);
	else {
		(void)curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
		(void)curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME,
		    (long)STALL_SECONDS);
	}
	if (f->answer_max > 0)
		(void)curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE,
		    (curl_off_t)f->answer_max);
}

bool
fetch_easy_prepare(struct fetch *f, const struct fetch_request *req)
{
	CURL *e;

	f->easy = e = curl_easy_init();
	assert(e != NULL);
	prepare_strict(f);
	prepare_headers(f, req->headers);
	prepare_limits(f, req);
	fetch_body_prepare(f, req);
	if (req->unix_path != NULL)
		(void)curl_easy_setopt(e, CURLOPT_UNIX_SOCKET_PATH,
		    req->unix_path);
	if (curl_easy_setopt(e, CURLOPT_URL, req->url) != CURLE_OK)
		return err_set(&f->err, ERR_INVALID, "E-PEER-URL",
		    "the URL is too long");
	if (strncasecmp(req->url, "http:", 5) == 0)
		return true;
	if (req->pin == NULL)
		return err_set(&f->err, ERR_VERIFY, "E-PEER-PIN",
		    "no key is known that this peer must have");
	prepare_tls(f, req->pin, req->more_pins);
	return true;
}

/* curl's own line; what a peer may have put into it must not reach a
 * terminal as it is. */
static const char *
curl_line(struct fetch *f)
{
	if (f->curl_text[0] == '\0')
		return curl_easy_strerror(f->code);
	for (char *p = f->curl_text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return f->curl_text;
}

void
fetch_easy_explain(struct fetch *f)
{
	if (f->err.class != ERR_NONE || f->code == CURLE_OK)
		return;
	switch (f->code) {
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		(void)err_set(&f->err, ERR_VERIFY, "E-PEER-PIN",
		    "the peer showed another key than the one it is known by");
		break;
	case CURLE_OPERATION_TIMEDOUT:
		(void)err_set(&f->err, ERR_UNAVAILABLE, "E-PEER-TIMEOUT", "%s",
		    curl_line(f));
		break;
	case CURLE_FILESIZE_EXCEEDED:
		(void)err_set(&f->err, ERR_POLICY, "E-PEER-SIZE",
		    "the answer is larger than %zu bytes", f->answer_max);
		break;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_LOGIN_DENIED:
		(void)err_set(&f->err, ERR_INVALID, "E-PEER-URL", "%s",
		    curl_line(f));
		break;
	default:
		(void)err_set(&f->err, ERR_UNAVAILABLE, "E-PEER-UNREACHABLE",
		    "%s", curl_line(f));
	}
}
