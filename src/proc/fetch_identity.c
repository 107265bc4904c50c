#include <assert.h>
#include <gnutls/abstract.h>
#include <gnutls/urls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "base/secret.h"
#include "proc/fetch_internal.h"

/*
 * libcurl's GnuTLS build knows a client certificate only by a file name, and
 * opens the file for every connection: the sandbox would have to allow that,
 * and the key would have to lie in a file.  But it hands the name to GnuTLS,
 * and GnuTLS lets a program answer for names of its own ("entente-tls:0").
 */
#define SCHEME "entente-tls:"
enum { IDENTITIES = 8 };

static struct {
	bool		 used;
	struct buf	 cert;
	struct secret	*key;
} identities[IDENTITIES];

static int
find(const char *url)
{
	const char *digit = url + sizeof(SCHEME) - 1;
	int id = digit[0] - '0';

	if (digit[0] == '\0' || digit[1] != '\0' || id < 0 ||
	    id >= IDENTITIES || !identities[id].used)
		return -1;
	return id;
}

static int
import_key(gnutls_privkey_t key, const char *url, unsigned flags)
{
	gnutls_datum_t d;
	int id = find(url);

	(void)flags;
	if (id == -1)
		return GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	d.data = identities[id].key->p;
	d.size = (unsigned)identities[id].key->n;
	return gnutls_privkey_import_x509_raw(key, &d, GNUTLS_X509_FMT_PEM,
	    NULL, 0);
}

static int
import_crt(gnutls_x509_crt_t crt, const char *url, unsigned flags)
{
	gnutls_datum_t d;
	int id = find(url);

	(void)flags;
	if (id == -1)
		return GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	d.data = identities[id].cert.p;
	d.size = (unsigned)identities[id].cert.n;
	return gnutls_x509_crt_import(crt, &d, GNUTLS_X509_FMT_PEM);
}

/* GnuTLS keeps the address, and can forget no scheme. */
static const gnutls_custom_url_st scheme = {
	.name = SCHEME,
	.name_size = sizeof(SCHEME) - 1,
	.import_key = import_key,
	.import_crt = import_crt
};

int
fetch_identity_add(const struct fetch_identity *identity)
{
	static bool registered;
	int id = 0;
	int rc;

	if (identity == NULL || identity->key_pem.n == 0)
		return -1;
	if (!registered) {
		rc = gnutls_register_custom_url(&scheme);
		assert(rc == 0);
		registered = true;
	}
	while (id < IDENTITIES && identities[id].used)
		id++;
	/* More pools with a key than any process of ours has. */
	assert(id < IDENTITIES);
	identities[id].used = true;
	buf_slice(&identities[id].cert, identity->cert_pem);
	identities[id].key = secret_copy(identity->key_pem);
	return id;
}

void
fetch_identity_remove(int id)
{
	if (id == -1)
		return;
	assert(identities[id].used);
	identities[id].used = false;
	buf_free(&identities[id].cert);
	secret_free(identities[id].key);
	identities[id].key = NULL;
}

void
fetch_identity_use(int id, CURL *easy)
{
	char url[] = SCHEME "0";

	if (id == -1)
		return;
	url[sizeof(SCHEME) - 1] = (char)('0' + id);
	(void)curl_easy_setopt(easy, CURLOPT_SSLCERT, url);
	(void)curl_easy_setopt(easy, CURLOPT_SSLKEY, url);
}
