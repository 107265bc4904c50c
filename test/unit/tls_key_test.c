#include "tap.h"

#include <gnutls/x509.h>

#include "proc/tls_key.h"

static struct err err;

static gnutls_x509_crt_t
parse(const struct buf *pem)
{
	gnutls_datum_t d = { pem->p, (unsigned)pem->n };
	gnutls_x509_crt_t crt;

	if (gnutls_x509_crt_init(&crt) != 0 ||
	    gnutls_x509_crt_import(crt, &d, GNUTLS_X509_FMT_PEM) != 0)
		abort();
	return crt;
}

static void
test_kind(enum tls_key_kind kind, const char *what, int pk)
{
	struct secret *der = tls_key_new(kind), *pem, *again;
	struct buf cert = BUF_INIT, twin = BUF_INIT;
	uint8_t pin[32], pin2[32];
	gnutls_x509_crt_t crt;
	char cn[80] = "", san[80] = "";
	size_t n = sizeof(cn), sn = sizeof(san);

	OK(der->n > 0 && der->n < 4096, "%s: DER fits the keyring", what);
	pem = tls_key_pem(der, &err);
	again = tls_key_pem(der, &err);
	OK(pem != NULL && slice_starts(secret_slice(pem),
	    "-----BEGIN PRIVATE KEY-----"), "%s: PEM of the key", what);
	OK(slice_eq(secret_slice(pem), secret_slice(again)),
	    "%s: the same PEM every time", what);
	OK(tls_key_certificate(&cert, der, "node.example", &err),
	    "%s: a certificate", what);
	OK(tls_key_certificate(&twin, der, "192.0.2.1", &err),
	    "%s: another of the same key", what);
	OK(tls_key_pin(pin, buf_all(&cert), &err) &&
	    tls_key_pin(pin2, buf_all(&twin), &err) &&
	    memcmp(pin, pin2, 32) == 0, "%s: both have one pin", what);
	crt = parse(&cert);
	OK(gnutls_x509_crt_get_pk_algorithm(crt, NULL) == pk,
	    "%s: the algorithm asked for", what);
	OK(gnutls_x509_crt_get_activation_time(crt) == 0, "%s: from 1970", what);
	OK(gnutls_x509_crt_get_expiration_time(crt) ==
	    GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION, "%s: without end", what);
	OK(gnutls_x509_crt_check_issuer(crt, crt) == 1, "%s: its own issuer",
	    what);
	(void)gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
	    0, 0, cn, &n);
	EQ_STR(cn, "node.example", "%s: the CN given", what);
	OK(gnutls_x509_crt_get_subject_alt_name(crt, 0, san, &sn, NULL) ==
	    GNUTLS_SAN_DNSNAME && strncmp(san, "node.example", sn) == 0,
	    "%s: the same as DNS name", what);
	OK(tls_key_matches(secret_slice(pem), buf_all(&cert)),
	    "%s: key and certificate match", what);
	secret_free(der);
	secret_free(again);
	der = tls_key_new(kind);
	again = tls_key_pem(der, &err);
	OK(!tls_key_matches(secret_slice(again), buf_all(&cert)),
	    "%s: another key does not", what);
	gnutls_x509_crt_deinit(crt);
	buf_free(&cert);
	buf_free(&twin);
	secret_free(der);
	secret_free(pem);
	secret_free(again);
}

static void
test_refusals(void)
{
	struct secret *der = tls_key_new(TLS_KEY_ED25519), *bad;
	struct buf out = BUF_INIT;
	uint8_t pin[32];
	char name[66];

	bad = secret_copy(slice_of(der->p, der->n - 1));
	OK(tls_key_pem(bad, &err) == NULL, "a truncated key is none");
	EQ_STR(err.rule, "E-TLS-KEY", "and the rule says so");
	OK(!tls_key_certificate(&out, bad, "x", &err), "nor does it sign");
	OK(!tls_key_certificate(&out, der, "", &err), "no certificate without name");
	memset(name, 'a', sizeof(name));
	name[65] = '\0';
	OK(!tls_key_certificate(&out, der, name, &err), "nor with 65 bytes of it");
	OK(tls_key_certificate(&out, der, "Police de Genève", &err),
	    "a name that is no host name will do");
	OK(!tls_key_pin(pin, slice_str("hello"), &err), "text has no pin");
	EQ_STR(err.rule, "E-TLS-CERT", "and the rule says so");
	OK(!tls_key_pin(pin, slice_of(NULL, 0), &err), "nor has nothing");
	buf_free(&out);
	secret_free(bad);
	secret_free(der);
}

int
main(void)
{
	secret_process_init();
	test_kind(TLS_KEY_ED25519, "Ed25519", GNUTLS_PK_EDDSA_ED25519);
	test_kind(TLS_KEY_P256, "P-256", GNUTLS_PK_ECDSA);
	test_refusals();
	return tap_done();
}
