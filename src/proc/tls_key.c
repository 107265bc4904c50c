#include "proc/tls_key.h"

#include <arpa/inet.h>
#include <assert.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

enum { CERT_MAX = 64 * 1024, NAME_MAX_LEN = 64 };

static gnutls_datum_t
datum(struct slice s)
{
	assert(s.n <= CERT_MAX);
	/* GnuTLS only reads it. */
	return (gnutls_datum_t){
		.data = (unsigned char *)(uintptr_t)s.p,
		.size = (unsigned)s.n
	};
}

/* What GnuTLS allocated becomes guarded memory, its own copy wiped. */
static struct secret *
take(gnutls_datum_t *d)
{
	struct secret *s = secret_copy(slice_of(d->data, d->size));

	secret_wipe(d->data, d->size);
	gnutls_free(d->data);
	return s;
}

struct secret *
tls_key_new(enum tls_key_kind kind)
{
	gnutls_x509_privkey_t key;
	gnutls_datum_t der = { NULL, 0 };
	gnutls_pk_algorithm_t pk = GNUTLS_PK_EDDSA_ED25519;
	unsigned bits = 0;
	int rc;

	if (kind == TLS_KEY_P256) {
		pk = GNUTLS_PK_ECDSA;
		bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
	}
	rc = gnutls_x509_privkey_init(&key);
	assert(rc == GNUTLS_E_SUCCESS);
	rc = gnutls_x509_privkey_generate(key, pk, bits, 0);
	assert(rc == GNUTLS_E_SUCCESS);
	rc = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER, NULL,
	    GNUTLS_PKCS_PLAIN, &der);
	assert(rc == GNUTLS_E_SUCCESS);
	gnutls_x509_privkey_deinit(key);
	return take(&der);
}

static bool
key_open(gnutls_x509_privkey_t *key, const struct secret *der, struct err *err)
{
	gnutls_datum_t d;
	int rc;

	if (der->n == 0 || der->n > CERT_MAX)
		return err_set(err, ERR_INVALID, "E-TLS-KEY",
		    "TLS key: %zu bytes", der->n);
	d = datum(secret_slice(der));
	rc = gnutls_x509_privkey_init(key);
	assert(rc == GNUTLS_E_SUCCESS);
	rc = gnutls_x509_privkey_import_pkcs8(*key, &d, GNUTLS_X509_FMT_DER,
	    NULL, GNUTLS_PKCS_PLAIN);
	if (rc == GNUTLS_E_SUCCESS)
		return true;
	gnutls_x509_privkey_deinit(*key);
	return err_set(err, ERR_INVALID, "E-TLS-KEY",
	    "TLS key: not a PKCS #8 private key");
}

struct secret *
tls_key_pem(const struct secret *der, struct err *err)
{
	gnutls_x509_privkey_t key;
	gnutls_datum_t pem = { NULL, 0 };
	int rc;

	if (!key_open(&key, der, err))
		return NULL;
	rc = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
	    GNUTLS_PKCS_PLAIN, &pem);
	assert(rc == GNUTLS_E_SUCCESS);
	gnutls_x509_privkey_deinit(key);
	return take(&pem);
}

/* Browsers read no CN, only alternative names. */
static int
set_alternative(gnutls_x509_crt_t crt, const char *name)
{
	static const char host[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	uint8_t ip[16];

	if (inet_pton(AF_INET, name, ip) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt,
		    GNUTLS_SAN_IPADDRESS, ip, 4, GNUTLS_FSAN_SET);
	if (inet_pton(AF_INET6, name, ip) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt,
		    GNUTLS_SAN_IPADDRESS, ip, 16, GNUTLS_FSAN_SET);
	if (strspn(name, host) == strlen(name))
		return gnutls_x509_crt_set_subject_alt_name(crt,
		    GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name),
		    GNUTLS_FSAN_SET);
	return GNUTLS_E_SUCCESS;
}

/* The first step that fails; later ones are not tried. */
static int
certificate_fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key,
    const char *name)
{
	uint8_t serial[20];
	size_t n = sizeof(serial);
	int rc;

	if ((rc = gnutls_x509_crt_set_version(crt, 3)) < 0 ||
	    (rc = gnutls_x509_crt_set_key(crt, key)) < 0)
		return rc;
	/* The serial is the key's own name, so the same key and name give the
	 * same certificate; RFC 5280 4.1.2.2 wants it positive. */
	if ((rc = gnutls_x509_crt_get_key_id(crt, 0, serial, &n)) < 0)
		return rc;
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	if ((rc = gnutls_x509_crt_set_serial(crt, serial, n)) < 0 ||
	    (rc = gnutls_x509_crt_set_activation_time(crt, 0)) < 0 ||
	    (rc = gnutls_x509_crt_set_expiration_time(crt,
	    GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION)) < 0 ||
	    (rc = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
	    0, name, (unsigned)strlen(name))) < 0 ||
	    (rc = set_alternative(crt, name)) < 0 ||
	    (rc = gnutls_x509_crt_set_basic_constraints(crt, 0, -1)) < 0 ||
	    (rc = gnutls_x509_crt_set_key_usage(crt,
	    GNUTLS_KEY_DIGITAL_SIGNATURE)) < 0 ||
	    (rc = gnutls_x509_crt_set_key_purpose_oid(crt,
	    GNUTLS_KP_TLS_WWW_SERVER, 0)) < 0 ||
	    (rc = gnutls_x509_crt_set_key_purpose_oid(crt,
	    GNUTLS_KP_TLS_WWW_CLIENT, 0)) < 0)
		return rc;
	return gnutls_x509_crt_sign2(crt, crt, key,
	    gnutls_x509_privkey_get_pk_algorithm(key) == GNUTLS_PK_EDDSA_ED25519
	    ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHA256, 0);
}

bool
tls_key_certificate(struct buf *pem, const struct secret *der,
    const char *name, struct err *err)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t text = { NULL, 0 };
	int rc;

	if (name[0] == '\0' || strlen(name) > NAME_MAX_LEN)
		return err_set(err, ERR_INVALID, "E-TLS-CERT",
		    "certificate: a name of 1 to %d bytes is needed",
		    NAME_MAX_LEN);
	if (!key_open(&key, der, err))
		return false;
	rc = gnutls_x509_crt_init(&crt);
	assert(rc == GNUTLS_E_SUCCESS);
	rc = certificate_fill(crt, key, name);
	if (rc >= 0)
		rc = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	if (rc < 0)
		return err_set(err, ERR_INVALID, "E-TLS-CERT",
		    "certificate: %s", gnutls_strerror(rc));
	buf_put(pem, text.data, text.size);
	gnutls_free(text.data);
	return true;
}

bool
tls_key_pin(uint8_t pin[static 32], struct slice cert_pem, struct err *err)
{
	gnutls_x509_crt_t crt;
	gnutls_datum_t d;
	size_t n = 32;
	int rc;

	if (cert_pem.n == 0 || cert_pem.n > CERT_MAX)
		return err_set(err, ERR_INVALID, "E-TLS-CERT",
		    "certificate: %zu bytes", cert_pem.n);
	d = datum(cert_pem);
	rc = gnutls_x509_crt_init(&crt);
	assert(rc == GNUTLS_E_SUCCESS);
	rc = gnutls_x509_crt_import(crt, &d, GNUTLS_X509_FMT_PEM);
	if (rc >= 0)
		rc = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256,
		    pin, &n);
	gnutls_x509_crt_deinit(crt);
	if (rc < 0 || n != 32)
		return err_set(err, ERR_INVALID, "E-TLS-CERT",
		    "certificate: not a PEM certificate");
	return true;
}

bool
tls_key_matches(struct slice key_pem, struct slice cert_pem)
{
	gnutls_x509_privkey_t key;
	gnutls_datum_t d;
	struct err err;
	uint8_t carried[32], own[32] = { 0 };
	size_t n = sizeof(own);
	int rc;

	if (key_pem.n == 0 || key_pem.n > CERT_MAX ||
	    !tls_key_pin(carried, cert_pem, &err))
		return false;
	d = datum(key_pem);
	rc = gnutls_x509_privkey_init(&key);
	assert(rc == GNUTLS_E_SUCCESS);
	rc = gnutls_x509_privkey_import(key, &d, GNUTLS_X509_FMT_PEM);
	if (rc >= 0)
		rc = gnutls_x509_privkey_get_key_id(key,
		    GNUTLS_KEYID_USE_SHA256, own, &n);
	gnutls_x509_privkey_deinit(key);
	return rc >= 0 && n == sizeof(own) && memcmp(own, carried, n) == 0;
}
