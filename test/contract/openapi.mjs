// Called by openapi.t with the directory in which nodes hq and rs run, fr is
// locked, and `routes` lists the table of src/ententd/routes.c.  Speaks TAP.
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';

const require = createRequire(new URL('../package.json', import.meta.url));
const Ajv = require('ajv/dist/2020.js').default;
const { Validator } = await import(
    require.resolve('@seriousme/openapi-schema-validator'));

const dir = process.argv[2];
const doc = JSON.parse(readFileSync('doc/openapi.json', 'utf8'));
const words = (name) => readFileSync(`${dir}/${name}`, 'utf8').trim();

// -- TAP ----------------------------------------------------------------------
let n = 0, bad = 0;
function fact(ok, what, why) {
	console.log(`${ok ? 'ok' : 'not ok'} ${++n} - ${what}`);
	if (!ok) {
		bad++;
		console.log(String(why).replace(/^/gm, '# ').slice(0, 3000));
	}
	return ok;
}

// -- the document -------------------------------------------------------------
const valid = await new Validator().validate(structuredClone(doc));
fact(valid.valid, 'the document is valid OpenAPI 3.1',
    JSON.stringify(valid.errors, null, 1));

const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
// A schema of the document, with its references into the document.
const placed = (schema) => JSON.parse(JSON.stringify(schema)
    .replaceAll('"#/components/schemas/', '"api:doc#/$defs/'));
ajv.addSchema({ $id: 'api:doc', $defs: placed(doc.components.schemas) });
const resolve = (x) => x?.$ref ? x.$ref.slice(2).split('/')
    .reduce((at, word) => at[word], doc) : x;
const checks = new Map();
function breaks(schema, value) {
	if (schema === undefined)
		return null;
	if (!checks.has(schema))
		checks.set(schema, ajv.compile(placed(schema)));
	const check = checks.get(schema);
	return check(value) ? null : ajv.errorsText(check.errors, { separator: '\n' });
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const operations = new Map();		// "GET /kinds/{name}/{version}" -> operation
for (const [path, item] of Object.entries(doc.paths))
	for (const method of methods)
		if (item[method])
			operations.set(`${method.toUpperCase()} ${path}`, item[method]);

const routes = words('routes').split('\n').map((line) => line.split(' '));
const serves = ([method, path], op) => op.startsWith(`${method} /`) &&
    (path.endsWith('/') ? op.slice(method.length + 2).startsWith(`${path}{`)
	: op === `${method} /${path}`);
fact(routes.length > 25, `the table has ${routes.length} routes`, routes);
for (const r of routes)
	fact([...operations.keys()].some((op) => serves(r, op)),
	    `${r.join(' ')} stands in the document`, '');
for (const op of operations.keys())
	fact(routes.filter((r) => serves(r, op)).length === 1,
	    `${op} is served`, '');

function closed(schema, where, out) {
	if (schema === null || typeof schema !== 'object')
		return;
	if (schema.properties && schema.additionalProperties !== false)
		out.push(where);
	for (const [k, v] of Object.entries(schema))
		if (k !== 'properties')
			closed(v, `${where}.${k}`, out);
	for (const [k, v] of Object.entries(schema.properties ?? {}))
		closed(v, `${where}.${k}`, out);
}
const open = [];
closed(doc.components.schemas, 'schemas', open);
fact(open.length === 0, 'no object of named fields takes others', open);

// Every example is an example.
let examples = 0;
for (const [op, o] of operations)
	for (const [what, x] of [['request', o.requestBody], ...Object.entries(o.responses)])
		for (const media of Object.values(resolve(x)?.content ?? {}))
			for (const value of [media.example, ...Object.values(
			    media.examples ?? {}).map((e) => e.value)])
				if (value !== undefined) {
					const why = breaks(media.schema, value);
					examples++;
					if (why)
						fact(false, `example of ${op} ${what}`, why);
				}
fact(examples > 12, `${examples} examples are of their schemas`, '');

// -- real answers ---------------------------------------------------------------
const seen = new Map();			// operation -> statuses
let token = '';

function request(member, method, path, headers, body) {
	return new Promise((done, fail) => {
		const r = http.request({ socketPath: `${dir}/${member}/desk.sock`,
		    method, path: `/api/v1${path}`, headers, timeout: 20000 }, (res) => {
			const parts = [];
			res.on('data', (p) => parts.push(p));
			res.on('error', fail);
			res.on('end', () => done({ status: res.statusCode,
			    headers: res.headers, bytes: Buffer.concat(parts) }));
		});
		r.on('error', fail);
		r.end(body);
	});
}

// One call: op as in the document, values for its {…}, what is expected.
async function call(member, op, want, { at = {}, query = '', body, raw, headers = {}, as = token } = {}) {
	const o = operations.get(op);
	const [method, template] = op.split(' ');
	const path = template.replace(/\{(\w+)\}/g, (_, k) => encodeURIComponent(at[k]));
	const json = body === undefined ? raw : JSON.stringify(body);
	const all = { ...headers };
	if (as)
		all.Authorization = `Bearer ${as}`;
	const a = await request(member, method, path + query, all, json);
	const text = a.bytes.toString('utf8');
	const said = resolve(o.responses[a.status] ?? o.responses.default);
	const type = (a.headers['content-type'] ?? '').split(';')[0];
	const media = said?.content?.[type] ?? said?.content?.['*/*'];
	const problems = [];

	if (a.status !== want)
		problems.push(`status ${a.status}, expected ${want}`);
	if (!seen.has(op))
		seen.set(op, new Set());
	seen.get(op).add(a.status);
	if (a.status < 300 && !o.responses[a.status])
		problems.push(`status ${a.status} is not in the document`);
	if (a.status === 204 ? a.bytes.length !== 0 : !media)
		problems.push(`content type "${type}" is not in the document`);
	if (media?.schema) {
		const value = /json$/.test(type) ? JSON.parse(text) : text;
		const why = breaks(media.schema, value);
		if (why)
			problems.push(why);
		if (type === 'application/problem+json' && value.status !== a.status)
			problems.push(`the problem says ${value.status}`);
	}
	for (const [name, h] of Object.entries(said?.headers ?? {})) {
		const why = breaks(h.schema, a.headers[name.toLowerCase()]);
		if (why)
			problems.push(`header ${name}: ${why}`);
	}
	// What was accepted must have been allowed by the document.
	if (a.status < 300 && body !== undefined) {
		const why = breaks(o.requestBody.content['application/json'].schema, body);
		if (why)
			problems.push(`request: ${why}`);
	}
	const value = /json$/.test(type) ? JSON.parse(text) : text;
	fact(problems.length === 0, `${op} ${a.status}${value?.code ? ` ${value.code}` : ''}`,
	    `${problems.join('\n')}\n${text.slice(0, 1500)}`);
	return value;
}
const refused = async (code, ...args) => {
	const p = await call(...args);
	fact(p?.code === code, `because of ${code}`, JSON.stringify(p));
	return p;
};
const login = async (member, account, password) => (await call(member,
    'POST /sessions', 201, { as: '', body: { account, password } })).token;
async function until(what, ask) {
	for (let i = 0; i < 300; i++) {
		const x = await ask();
		if (x)
			return x;
		await new Promise((go) => setTimeout(go, 100));
	}
	fact(false, what, 'not within thirty seconds');
	process.exit(1);
}
const nobody = '0'.repeat(64);

// -- the node, people
await call('hq', 'GET /status', 200, { as: nobody });
fact((await call('fr', 'GET /status', 200, { as: nobody })).state === 'locked', 'fr is locked', '');
await refused('E-NODE-LOCKED', 'fr', 'POST /sessions', 503, { as: '', body: { account: '4711', password: 'x' } });
await refused('E-KEYRING-PASSPHRASE', 'fr', 'POST /unlock', 403, { as: '', body: { password: 'wrong' } });
await refused('E-FIELD-MISSING', 'fr', 'POST /unlock', 400, { as: '', body: {} });
await call('fr', 'POST /unlock', 204, { as: '', body: { password: words('pass') } });
await until('fr is ready', async () => JSON.parse((await request('fr', 'GET', '/status', {})).bytes).state === 'ready');

await refused('E-PASSWORD-WRONG', 'hq', 'POST /sessions', 403, { as: '', body: { account: '4711', password: 'wrong' } });
await refused('E-PASSWORD-WRONG', 'hq', 'POST /sessions', 403, { as: '', body: { account: 'nobody', password: 'wrong' } });
await refused('E-FIELD-UNKNOWN', 'hq', 'POST /sessions', 400, { as: '', body: { account: '4711', password: 'x', pin: 1 } });
const admin = token = await login('hq', '4711', words('pw'));
await call('hq', 'GET /status', 200);
await call('hq', 'GET /me', 200);
const b = { badge: '4712', name: 'B. Officer', roles: ['duty', 'supervisor'], desks: ['hq/cyber'], lang: 'fr', password: 'first secret of 4712' };
await call('hq', 'POST /accounts', 201, { body: b });
await refused('E-ACCOUNT-EXISTS', 'hq', 'POST /accounts', 409, { body: b });
await refused('E-ROLE-AUDITOR', 'hq', 'POST /accounts', 400, { body: { ...b, badge: '1', roles: ['auditor', 'duty'] } });
await refused('E-FIELD-VALUE', 'hq', 'POST /accounts', 400, { body: { ...b, badge: '1', lang: 'xx' } });
await refused('E-PASSWORD-WEAK', 'hq', 'POST /accounts', 400, { body: { ...b, badge: '1', password: 'short' } });
await call('hq', 'POST /accounts', 201, { body: { badge: '9001', name: 'C. Auditor', roles: ['auditor'], password: 'the secret of 9001' } });
await call('hq', 'GET /accounts', 200);
await call('hq', 'PATCH /accounts/{badge}', 200, { at: { badge: '4712' }, body: { name: 'B. Second' } });
await refused('E-NOT-FOUND', 'hq', 'PATCH /accounts/{badge}', 404, { at: { badge: '4799' }, body: {} });
await refused('E-FIELD-TYPE', 'hq', 'PATCH /accounts/{badge}', 400, { at: { badge: '4712' }, body: { disabled: 'yes' } });
const second = await login('hq', '4712', b.password);
const thirds = 'first secret of 4713', own = 'a secret that only 4713 knows';
await call('hq', 'POST /accounts', 201, { body: { ...b, badge: '4713', password: thirds } });
const third = await login('hq', '4713', thirds);
// An approver's key must stand on the card, signed with the key no node holds.
await refused('E-APPROVAL-CARD', 'hq', 'POST /drafts/{id}/approve', 409, await (async () => {
	const form = JSON.parse(readFileSync('kinds/examples/preservation.json', 'utf8'));
	const body = { ...form, to: ['rs/cyber'], urgency: 'normal' };
	delete body.body.urgency_grounds;
	delete body.body.urgency_reason;
	const draft = await call('hq', 'POST /messages', 202, { as: second, body });
	const approval = { at: { id: draft.draft }, as: third, body: { hash: draft.hash, password: own } };
	await refused('E-APPROVAL-INITIAL', 'hq', 'POST /drafts/{id}/approve', 403, approval);
	await call('hq', 'POST /me/password', 204, { as: third, body: { old: thirds, password: own } });
	return approval;
})());
const entente = (...words) => execFileSync(`${process.env.B}/entente`,
    [...words, '--dir', `${dir}/hq`, '--no-input'], { stdio: 'pipe' });
entente('login', '4711', '--password-file', `${dir}/pw`);
entente('card', 'update', '--trust', `${dir}/hq.age`, '--passphrase-file', `${dir}/pass`, '--yes');
const auditor = await login('hq', '9001', 'the secret of 9001');
await refused('E-SCOPE-SELF', 'hq', 'PATCH /accounts/{badge}', 403, { at: { badge: '4711' }, body: { roles: ['admin', 'duty', 'supervisor'] } });
await refused('E-SCOPE-OVER', 'hq', 'GET /me', 403, await (async () => {
	const brief = { ...b, badge: '4714', roles: ['supervisor'], gives: ['duty'], kinds: ['request.*'], urgency_most: 'urgent', tlp_most: 'AMBER', level_most: 'OFFICIAL', password: 'the secret of 4714' };
	await call('hq', 'POST /accounts', 201, { body: brief });
	const head = await login('hq', '4714', brief.password);
	await call('hq', 'GET /accounts', 200, { as: head });
	await refused('E-SCOPE-EXCEEDS', 'hq', 'POST /accounts', 403, { as: head, body: { ...b, badge: '4715' } });
	await refused('E-SCOPE-EXCEEDS', 'hq', 'PATCH /accounts/{badge}', 403, { as: head, at: { badge: '4712' }, body: { disabled: true } });
	await call('hq', 'PATCH /accounts/{badge}', 200, { at: { badge: '4714' }, body: { until: '2026-01-01T00:00:00.000Z' } });
	await call('hq', 'GET /accounts', 200);
	return { as: head };
})());
const forgot = { at: { badge: '4714' }, body: { password: 'another of 4714' } };
await refused('E-RESET-NONE', 'hq', 'POST /accounts/{badge}/password', 409, forgot);
await call('hq', 'POST /accounts/{badge}/reset', 200, { at: forgot.at });
await refused('E-RESET-PERSONS', 'hq', 'POST /accounts/{badge}/confirm', 403, { at: forgot.at });
await refused('E-RESET-PERSONS', 'hq', 'POST /accounts/{badge}/reset', 403, { at: { badge: '4711' } });
await refused('E-NOT-FOUND', 'hq', 'POST /accounts/{badge}/reset', 404, { at: { badge: '4799' } });
await refused('E-ROLE', 'hq', 'GET /accounts', 403, { as: second });
await refused('E-ROLE', 'hq', 'POST /accounts', 403, { as: second, body: b });
const change = (old, password) => ({ as: second, body: { old, password } });
await refused('E-PASSWORD-WEAK', 'hq', 'POST /me/password', 400, change(b.password, 'short'));
await refused('E-PASSWORD-WRONG', 'hq', 'POST /me/password', 403, change('not this', 'second secret of 4712'));
await refused('E-FIELD-MISSING', 'hq', 'POST /me/password', 400, { as: second, body: { password: 'x' } });
await call('hq', 'POST /me/password', 204, change(b.password, 'second secret of 4712'));
await call('hq', 'POST /accounts/{badge}/confirm', 200, { as: second, at: forgot.at });
await refused('E-PASSWORD-WEAK', 'hq', 'POST /accounts/{badge}/password', 400, { ...forgot, body: { password: 'short' } });
await call('hq', 'POST /accounts/{badge}/password', 200, forgot);
await call('hq', 'POST /tokens', 201, { body: { label: 'case files', days: 90 } });
await refused('E-FIELD-VALUE', 'hq', 'POST /tokens', 400, { body: { label: 'x', days: 0 } });
await call('hq', 'GET /tokens', 200);
await call('hq', 'DELETE /tokens/{label}', 204, { at: { label: 'case files' } });
await refused('E-NOT-FOUND', 'hq', 'DELETE /tokens/{label}', 404, { at: { label: 'case files' } });
const brief = await login('hq', '4711', words('pw'));
await call('hq', 'DELETE /sessions/current', 204, { as: brief });
await refused('E-SESSION-NONE', 'hq', 'DELETE /sessions/current', 401, { as: brief });

// -- the network
await call('hq', 'GET /members', 200);
await call('hq', 'GET /members/{id}', 200, { at: { id: 'rs' } });
await refused('E-NOT-FOUND', 'hq', 'GET /members/{id}', 404, { at: { id: 'zz' } });
await call('hq', 'GET /agreements', 200);
await call('hq', 'GET /agreements', 200, { query: '?versions=all' });
const why = (more) => ({ query: `?from=hq/cyber&to=rs/cyber&kind=request.preservation/1&purpose=investigation${more}` });
fact((await call('hq', 'GET /policy/explain', 200, why(''))).allowed === true, 'a secretariat may ask a bureau', '');
const above = await call('hq', 'GET /policy/explain', 200, why('&handling=CONFIDENTIAL&urgency=flash&area=cyber-fraud'));
fact(above.code === 'E-POLICY-HANDLING' && above.clauses.some((c) => c.fails.includes('handling')), 'not above the ceiling, and is told so', JSON.stringify(above));
await refused('E-HANDLING-LABEL', 'hq', 'GET /policy/explain', 400, why('&handling=TLP:PINK'));
await refused('E-CODE-UNKNOWN', 'hq', 'GET /policy/explain', 400, why('&area=none'));
await refused('E-FIELD-MISSING', 'hq', 'GET /policy/explain', 400, { query: '?to=rs/cyber&kind=ping/1' });
for (const { kind } of (await call('hq', 'GET /kinds', 200)).items) {
	const [name, version] = kind.split('/');
	await call('hq', 'GET /kinds/{name}/{version}', 200, { at: { name, version } });
}
await refused('E-NOT-FOUND', 'hq', 'GET /kinds/{name}/{version}', 404, { at: { name: 'none', version: 1 } });
await call('hq', 'GET /codelists/{name}', 200, { at: { name: 'purposes' } });
await refused('E-NOT-FOUND', 'hq', 'GET /codelists/{name}', 404, { at: { name: 'none' } });
await call('hq', 'GET /trust', 200).then(async (t) => {
	const given = await call('hq', 'POST /trust', 200, { body: { notes: [t.network, t.cards[0], 'no note', 'entente/card/v1\n{}\n'] } });
	fact(given.items.map((i) => i.result).join() === 'known,known,refused,refused', 'known notes are known, bad ones refused', JSON.stringify(given));
});
await call('hq', 'GET /trust', 200).then(async (t) => {
	const seen = await call('hq', 'POST /agreements/preview', 200, { body: { note: t.agreements[0] } });
	fact(seen.clauses.every((c) => c.covered_by || c.id === '9'), 'the charter allows nothing that is new, but in an emergency', JSON.stringify(seen));
});
await refused('E-NOTE-FORM', 'hq', 'POST /agreements/preview', 400, { body: { note: 'entente/agreement/v1\n' } });
await refused('E-FIELD-TYPE', 'hq', 'POST /trust', 400, { body: { notes: [1] } });
await refused('E-ROLE', 'hq', 'POST /trust', 403, { as: second, body: { notes: [] } });
await call('hq', 'GET /card/draft', 200);
await refused('E-CARD-REPLACE', 'hq', 'GET /card/draft', 409, { query: '?compromised=sign&since=2026-01-01T00:00:00.000Z' });
await refused('E-ROLE', 'hq', 'GET /card/draft', 403, { as: second });
const made = await call('hq', 'POST /keys', 200, { body: { make: ['seal', 'tls'], due: false } });
fact(made.items.filter((k) => k.state === 'new').length === 2, 'new keys wait for their card', JSON.stringify(made));
await call('hq', 'GET /keys', 200).then((k) => fact(k.items.length === made.items.length, 'keys are listed', JSON.stringify(k)));
await refused('E-FIELD-VALUE', 'hq', 'POST /keys', 400, { body: { make: ['root'] } });
await refused('E-FIELD-MISSING', 'hq', 'POST /keys', 400, { body: {} });
await refused('E-ROLE', 'hq', 'POST /keys', 403, { as: second, body: { make: ['seal'] } });
await refused('E-ROLE', 'hq', 'GET /keys', 403, { as: second });

// -- work: a message with a file, read and answered at the other end
const upload = await call('hq', 'POST /files', 201, { query: '?name=log%20%C3%A9t%C3%A9.csv&type=text/csv', raw: 'a;b\n1;2\n' });
await refused('E-FIELD-VALUE', 'hq', 'POST /files', 400, { query: '?name=../x', raw: 'x' });
await refused('E-ROLE', 'hq', 'POST /files', 403, { as: auditor, query: '?name=x', raw: 'x' });
const text = { kind: 'message.text/1', to: ['rs/cyber'], purpose: 'investigation', subject: 'A test', lang: 'en', body: { text: 'See the log.', files: [0] }, files: [upload.id] };
const probe = await call('hq', 'POST /messages', 200, { body: { ...text, dry_run: true } });
fact(probe.audience[0].allowed, 'a dry run says who would get it', JSON.stringify(probe));
const key = { 'Idempotency-Key': 'once-and-only-once' };
const sent = await call('hq', 'POST /messages', 201, { headers: key, body: text });
const again = await call('hq', 'POST /messages', 201, { headers: key, body: text });
fact(sent.name === again.name, 'the same request gets the same answer', JSON.stringify(again));
await refused('E-IDEMPOTENCY', 'hq', 'POST /messages', 409, { headers: key, body: { ...text, subject: 'Other' } });
await refused('E-FIELD-VALUE', 'hq', 'POST /messages', 400, { headers: { 'Idempotency-Key': 'x'.repeat(65) }, body: text });
await refused('E-POLICY-KIND', 'hq', 'POST /messages', 400, { body: { ...text, kind: 'none/1', files: [] } });
await refused('E-TRUST-CARD', 'hq', 'POST /messages', 404, { body: { ...text, to: ['zz/cyber'], files: [], body: { text: 'x' } } });
await refused('E-POLICY-DESK', 'hq', 'POST /messages', 422, { body: { ...text, to: ['rs/none'], files: [], body: { text: 'x' } } });
await refused('E-ROLE', 'hq', 'POST /messages', 403, { as: auditor, body: text });
// Nobody is there: this one lapses while the rest is tried.
const lapses = await call('hq', 'POST /messages', 201, { body: { ...text, to: ['it/cyber'], files: [], body: { text: 'x' }, deliver_by: new Date(Date.now() + 1500).toISOString() } });
const there = await login('rs', '4711', words('pw'));
const legs = await until('rs has it', async () => {
	const l = JSON.parse((await request('rs', 'GET', '/legs', { Authorization: `Bearer ${there}` })).bytes);
	return l.items.length > 0 && l;
});
fact(legs.items[0].thread === sent.thread, 'it arrived', JSON.stringify(legs));
await call('rs', 'GET /legs', 200, { as: there, query: '?queue=all&limit=1' });
for (const query of ['?queue=none', '?limit=0', '?limit=201', '?limit=x', '?before=-1', '?before=1x'])
	await refused('E-FIELD-VALUE', 'rs', 'GET /legs', 400, { as: there, query });
const at = { thread: sent.ref, name: sent.name, n: 0 };
await call('rs', 'GET /threads/{thread}', 200, { as: there, at, query: '?peek' });
await call('rs', 'GET /threads/{thread}', 200, { as: there, at });
await refused('E-NOT-FOUND', 'rs', 'GET /threads/{thread}', 404, { as: there, at: { thread: 'zz-1' } });
await call('rs', 'GET /messages/{name}', 200, { as: there, at });
await call('rs', 'GET /messages/{name}/note', 200, { as: there, at });
await call('rs', 'GET /messages/{name}/receipts', 200, { as: there, at });
fact(await call('rs', 'GET /messages/{name}/files/{n}', 200, { as: there, at }) === 'a;b\n1;2\n', 'the file is the file', '');
for (const what of ['', '/note', '/receipts', '/files/{n}'])
	await refused('E-NOT-FOUND', 'rs', `GET /messages/{name}${what}`, 404, { as: there, at: { name: 'f'.repeat(64), n: 0 } });
await refused('E-NOT-FOUND', 'rs', 'GET /messages/{name}/files/{n}', 404, { as: there, at: { ...at, n: 1 } });
const tar = await call('rs', 'GET /threads/{thread}/export', 200, { as: there, at });
fact(tar.length > 4096 && tar.slice(257, 262) === 'ustar', 'the export is an archive', tar.length);
await refused('E-NOT-FOUND', 'rs', 'GET /threads/{thread}/export', 404, { as: there, at: { thread: 'zz-1' } });
await call('rs', 'POST /messages', 201, { as: there, body: { thread: sent.ref, act: 'reply', lang: 'en', body: { text: 'Seen.' } } });
await refused('E-KIND-ACT', 'rs', 'POST /messages', 400, { as: there, body: { thread: sent.ref, act: 'close', lang: 'en', body: {} } });
await until('hq has the reply', async () => JSON.parse((await request('hq', 'GET',
    `/threads/${sent.ref}?peek`, { Authorization: `Bearer ${admin}` })).bytes).messages.length > 2);
await call('hq', 'GET /threads/{thread}', 200, { at });
await call('hq', 'GET /legs', 200, { query: '?queue=all' });
await call('hq', 'GET /messages/{name}/receipts', 200, { at });

// -- two persons
const form = JSON.parse(readFileSync('kinds/examples/preservation.json', 'utf8'));
const two = { ...form, to: ['rs/cyber'], urgency: 'normal' };
delete two.body.urgency_grounds;
delete two.body.urgency_reason;
const mine = { as: second, headers: { 'Idempotency-Key': 'a-draft' }, body: two };
const draft = await call('hq', 'POST /messages', 202, mine);
const same = await call('hq', 'POST /messages', 202, mine);
fact(same.draft === draft.draft, 'the same request makes one draft', JSON.stringify(same));
const other = await call('hq', 'POST /messages', 202, { body: two });
await call('hq', 'GET /drafts', 200, { as: second });
await refused('E-ROLE', 'hq', 'GET /drafts', 403, { as: auditor });
const id = { id: draft.draft };
const approve = (hash, password) => ({ at: id, as: third, body: { hash, password } });
await call('hq', 'GET /drafts/{id}', 200, { as: second, at: id });
await refused('E-NOT-FOUND', 'hq', 'GET /drafts/{id}', 404, { as: second, at: { id: '0'.repeat(16) } });
await refused('E-FIELD-VALUE', 'hq', 'POST /drafts/{id}/approve', 400, approve('12', 'x'));
await refused('E-PASSWORD-WRONG', 'hq', 'POST /drafts/{id}/approve', 403, approve(draft.hash, 'wrong'));
await refused('E-APPROVAL-CHANGED', 'hq', 'POST /drafts/{id}/approve', 409, approve(other.hash, own));
await refused('E-APPROVAL-SAME', 'hq', 'POST /drafts/{id}/approve', 403, { at: id, as: second, body: { hash: draft.hash, password: 'second secret of 4712' } });
await refused('E-APPROVAL-MAKER', 'hq', 'POST /drafts/{id}/approve', 403, { at: { id: other.draft }, as: second, body: { hash: other.hash, password: 'second secret of 4712' } });
const approved = await call('hq', 'POST /drafts/{id}/approve', 201, approve(draft.hash, own));
await refused('E-NOT-FOUND', 'hq', 'POST /drafts/{id}/approve', 404, approve(draft.hash, own));
const fill = 'GET /kinds/{name}/{version}/prefill';
const subscriber = { name: 'request.subscriber', version: 1 };
const filled = await call('hq', fill, 200, { at: subscriber, query: `?from=${approved.ref}` });
fact(filled.body.reference === approved.ref && filled.to.join() === 'rs/cyber' &&
    filled.body.case_number === two.body.case_number, 'an earlier request fills the next', JSON.stringify(filled));
await refused('E-FOLLOW-KIND', 'hq', fill, 400, { at: subscriber, query: `?from=${sent.ref}` });
await refused('E-NOT-FOUND', 'hq', fill, 404, { at: subscriber, query: '?from=zz-1' });
await refused('E-NOT-FOUND', 'hq', fill, 404, { at: { name: 'none', version: 1 }, query: `?from=${approved.ref}` });
await refused('E-FIELD-MISSING', 'hq', fill, 400, { at: subscriber });
await refused('E-ROLE', 'hq', fill, 403, { as: auditor, at: subscriber, query: `?from=${approved.ref}` });
await until('rs has the request', async () => (await request('rs', 'GET', `/threads/${approved.ref}?peek`, { Authorization: `Bearer ${there}` })).status === 200);
await refused('E-FOLLOW-ONWARD', 'rs', fill, 422, { as: there, at: subscriber, query: `?from=${approved.ref}` });
await call('hq', 'DELETE /drafts/{id}', 204, { at: { id: other.draft } });
await refused('E-NOT-FOUND', 'hq', 'DELETE /drafts/{id}', 404, { at: { id: other.draft } });

// -- a year under an agreement
const year = (await call('hq', 'GET /agreements/{id}/years/{year}', 200, { as: auditor, at: { id: 'charter', year: new Date().getUTCFullYear() } }));
fact(year.items.some((f) => f.kind === 'message.text/1' && f.asker === 'hq' && f.sent > 0), 'says what was sent under it', JSON.stringify(year));
await refused('E-NOT-FOUND', 'hq', 'GET /agreements/{id}/years/{year}', 404, { as: auditor, at: { id: 'none', year: 2026 } });

// -- by hand
const byHand = (await request('hq', 'GET', '/spools/it', { Authorization: `Bearer ${token}` })).bytes;
await call('hq', 'GET /spools/{member}', 200, { at: { member: 'it' } });
await refused('E-NOT-FOUND', 'hq', 'GET /spools/{member}', 404, { at: { member: 'zz' } });
await refused('E-SPOOL-TO', 'rs', 'POST /spools', 400, { as: there, raw: byHand });
await refused('E-TAR-END', 'rs', 'POST /spools', 400, { as: there, raw: byHand.subarray(0, 700) });
const forRs = (await request('hq', 'GET', '/spools/rs', { Authorization: `Bearer ${token}` })).bytes;
await call('rs', 'POST /spools', 200, { as: there, raw: forRs });

// -- pages
const paged = await until('the author is paged', async () => {
	const l = JSON.parse((await request('hq', 'GET', '/pages', { Authorization: `Bearer ${token}` })).bytes);
	return l.items.length > 0 && l.items[0];
});
fact(paged.reason === 'expired' && paged.ref === lapses.ref && paged.call.desk === 'it/cyber' && paged.call.phone !== undefined,
    'what lapsed pages its author, with whom to call', JSON.stringify(paged));
await call('hq', 'GET /pages', 200, { query: '?limit=1' });
await refused('E-FIELD-VALUE', 'hq', 'GET /pages', 400, { query: '?limit=0' });
await call('hq', 'POST /pages/{id}/seen', 204, { at: { id: paged.id } });
await refused('E-NOT-FOUND', 'hq', 'POST /pages/{id}/seen', 404, { at: { id: paged.id } });
const pages = await call('hq', 'GET /pages', 200, { query: '?all=1' });
fact(pages.items[0].seen_by === '4711', 'and says who saw it', JSON.stringify(pages));

// -- a second signature afterwards
const alone = await call('hq', 'POST /messages', 201, { as: second, body: { ...JSON.parse(readFileSync('kinds/examples/preservation.json', 'utf8')), to: ['rs/cyber'], urgency: 'urgent' } });
const sign = (hash, password) => ({ at: { thread: alone.ref }, as: third, body: { hash, password } });
await call('hq', 'GET /legs', 200, { as: third, query: '?queue=countersign' });
await call('hq', 'GET /pages', 200, { as: third });
await refused('E-FIELD-VALUE', 'hq', 'POST /threads/{thread}/countersign', 400, sign('12', own));
await refused('E-PASSWORD-WRONG', 'hq', 'POST /threads/{thread}/countersign', 403, sign(alone.name, 'wrong'));
await refused('E-APPROVAL-CHANGED', 'hq', 'POST /threads/{thread}/countersign', 409, sign('f'.repeat(64), own));
await refused('E-APPROVAL-SAME', 'hq', 'POST /threads/{thread}/countersign', 403, { ...sign(alone.name, 'second secret of 4712'), as: second });
await refused('E-NOT-FOUND', 'hq', 'POST /threads/{thread}/countersign', 404, { ...sign(alone.name, own), at: { thread: 'zz-1' } });
await call('hq', 'POST /threads/{thread}/countersign', 201, sign(alone.name, own));
await refused('E-COUNTERSIGN-NONE', 'hq', 'POST /threads/{thread}/countersign', 409, sign(alone.name, own));
await call('hq', 'GET /threads/{thread}', 200, { at: { thread: alone.ref } });

// -- oversight
await call('hq', 'GET /audit', 200, { as: auditor, query: '?limit=200' });
await refused('E-ROLE', 'hq', 'GET /audit', 403);
const cert = await login('fr', '4711', words('pw'));
const life = JSON.parse(readFileSync('kinds/examples/preservation.json', 'utf8'));
life.body.urgency_grounds = ['threat-to-life'];
const alarm = await call('fr', 'POST /messages', 201, { as: cert, body: { ...life, from: 'fr/cyber', to: ['hq/cyber'], urgency: 'flash', purpose: 'protect-life', handling: { tlp: 'AMBER', pap: 'AMBER', grade: 'B2', onward: false } } });
fact(alarm.to[0].emergency === true, 'an emergency is flagged', JSON.stringify(alarm));
await until('it is known there', async () => JSON.parse((await request('hq', 'GET', '/emergencies', { Authorization: `Bearer ${auditor}` })).bytes).items.length === 1);
await call('hq', 'GET /emergencies', 200, { as: auditor, query: '?limit=10' });
await call('hq', 'GET /legs', 200, { query: '?queue=urgent' });
await call('hq', 'GET /messages/{name}', 200, { at: { name: alarm.name } });
await call('hq', 'POST /emergencies/{name}', 204, { as: second, at: { name: alarm.name } });
await call('hq', 'GET /emergencies', 200, { as: auditor });
await refused('E-ROLE', 'hq', 'GET /emergencies', 403);
await refused('E-ROLE', 'hq', 'POST /emergencies/{name}', 403, { as: auditor, at: { name: nobody } });
await refused('E-NOT-FOUND', 'hq', 'POST /emergencies/{name}', 404, { as: second, at: { name: nobody } });
await refused('E-FIELD-VALUE', 'hq', 'GET /audit', 400, { as: auditor, query: '?limit=many' });

// Whoever is nobody gets nothing; then each has succeeded and failed.
const example = { badge: '4711', label: 'x', member: 'rs', year: 2026, id: 'rs', name: 'ping', version: 1, thread: sent.ref, n: 0 };
for (const [op, o] of operations)
	if (!o.security) {
		const asked = /json/.test(Object.keys(o.requestBody?.content ?? {})[0]);
		await refused('E-SESSION-NONE', 'hq', op, 401, { as: nobody, at: { ...example, ...(op.includes('/messages/') ? { name: sent.name } : {}) },
		    body: asked ? { old: 'x', password: 'x', hash: nobody } : undefined, query: op === 'POST /files' ? '?name=x' : '' });
	}
for (const op of operations.keys()) {
	const statuses = [...seen.get(op) ?? []];
	fact(statuses.some((s) => s < 300), `${op} was seen to succeed`, statuses);
	// The state of a node is told to everybody.
	fact(op === 'GET /status' || statuses.some((s) => s >= 400),
	    `${op} was seen to fail`, statuses);
}
console.log(`1..${n}`);
process.exit(bad === 0 ? 0 : 1);
