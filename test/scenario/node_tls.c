/* Prints the key and certificate that a node shows its peers, so that curl can
 * speak as that node: node_tls KEYRING CREDENTIAL NAME. */
#include <fcntl.h>
#include <stdio.h>

#include "base/io.h"
#include "crypto/keyring.h"
#include "proc/tls_key.h"

int
main(int argc, char **argv)
{
	struct buf ring = BUF_INIT, text = BUF_INIT, cert = BUF_INIT;
	const struct keyring_entry *e;
	struct secret *unlock, *pem;
	struct keyring *k;
	struct slice line;
	struct err err = { 0 };

	secret_process_init();
	if (argc != 4 ||
	    !io_read_file(AT_FDCWD, argv[1], &ring, 1 << 20, &err) ||
	    !io_read_file(AT_FDCWD, argv[2], &text, 1024, &err))
		return 2;
	line = slice_of(text.p, text.n - 1);
	if (!age_identity_parse(&unlock, line, &err) ||
	    (k = keyring_open(buf_all(&ring), unlock, &err)) == NULL ||
	    (e = keyring_each(k, KEYRING_TLS_LINK, 0)) == NULL ||
	    (pem = tls_key_pem(e->value, &err)) == NULL ||
	    !tls_key_certificate(&cert, e->value, argv[3], &err)) {
		(void)fprintf(stderr, "%s: %s\n", err.rule, err.text);
		return 1;
	}
	(void)fwrite(pem->p, 1, pem->n, stdout);
	(void)fwrite(cert.p, 1, cert.n, stdout);
	secret_free(pem);
	secret_free(unlock);
	keyring_free(k);
	buf_wipe(&text);
	buf_free(&ring);
	buf_free(&cert);
	return 0;
}
