#include <assert.h>
#include <gnutls/x509.h>

#include "proc/http_internal.h"

/* A Certificate message with one small certificate is below 2 KiB. */
enum { HANDSHAKE_MAX = 16 * 1024, STEPS = 16 };

/*
 * Any Ed25519 key may come in: TLS proves that the client holds it, and its
 * name is told to the handler.  What else the certificate says is ignored.
 */
static int
verify(gnutls_session_t session)
{
	/* libmicrohttpd keeps its connection there. */
	struct http_conn *c = http_conn_of(gnutls_session_get_ptr(session));
	const gnutls_datum_t *chain;
	gnutls_x509_crt_t crt;
	unsigned n = 0;
	size_t len = sizeof(c->peer.key);
	int rc;

	chain = gnutls_certificate_get_peers(session, &n);
	if (chain == NULL || n == 0 || gnutls_x509_crt_init(&crt) != 0)
		return GNUTLS_E_CERTIFICATE_ERROR;
	rc = gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER);
	if (rc == 0 && gnutls_x509_crt_get_pk_algorithm(crt, NULL) !=
	    GNUTLS_PK_EDDSA_ED25519)
		rc = GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
	if (rc == 0)
		rc = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256,
		    c->peer.key, &len);
	gnutls_x509_crt_deinit(crt);
	if (rc != 0 || len != sizeof(c->peer.key))
		return GNUTLS_E_CERTIFICATE_ERROR;
	c->peer.has_key = true;
	return 0;
}

void
http_tls_prepare(struct http_conn *c)
{
	gnutls_handshake_set_max_packet_length(c->tls, HANDSHAKE_MAX);
	if (!c->server->config.client_cert)
		return;
	gnutls_certificate_server_set_request(c->tls, GNUTLS_CERT_REQUIRE);
	/* No list of authorities: there are none. */
	gnutls_certificate_send_x509_rdn_sequence(c->tls, 1);
	gnutls_session_set_verify_function(c->tls, verify);
}

/* libmicrohttpd calls gnutls_handshake() once more, which does nothing on a
 * TLS 1.3 server that is through, and goes on to read the head. */
static void
through(struct http_conn *c)
{
	assert(!c->server->config.client_cert || c->peer.has_key);
	loop_watch_for(c->watch, LOOP_HANGUP);
	http_conn_resume(c, HTTP_HEAD);
}

void
http_tls_step(struct http_conn *c)
{
	int rc = GNUTLS_E_AGAIN;

	for (int i = 0; i < STEPS; i++) {
		rc = gnutls_handshake(c->tls);
		if (rc == GNUTLS_E_SUCCESS || rc == GNUTLS_E_AGAIN ||
		    gnutls_error_is_fatal(rc))
			break;
	}
	if (rc == GNUTLS_E_SUCCESS) {
		through(c);
	} else if (!gnutls_error_is_fatal(rc)) {
		loop_watch_for(c->watch, LOOP_HANGUP |
		    (gnutls_record_get_direction(c->tls) == 1 ? LOOP_WRITE :
		    LOOP_READ));
	} else {
		/* So that the client learns what it lacked. */
		(void)gnutls_alert_send_appropriate(c->tls, rc);
		http_conn_drop(c);
	}
}
