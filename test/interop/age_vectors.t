#!/bin/sh
# Every vector of the community's age test suite (npm package cctv-age).
B=${B:-build/dev}
here=$(dirname "$0")/..
if [ ! -d "$here/node_modules/cctv-age" ]; then
	echo "Bail out! no vectors: run (cd test && npm ci)"
	exit 1
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
(cd "$here" && node --input-type=module -e '
	import * as vectors from "cctv-age";
	import { writeFileSync } from "node:fs";
	for (const [name, bytes] of Object.entries(vectors))
		if (bytes instanceof Uint8Array)
			writeFileSync(process.argv[1] + "/" + name, bytes);
' "$dir") || exit 1
"$B/test/interop/age_vectors" "$dir"
