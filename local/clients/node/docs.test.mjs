// The API's description is valid OpenAPI and true: what it gives as examples is
// answered as it says. The page that shows it is made of the files of npm's
// package, unchanged.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Validator } from '@seriousme/openapi-schema-validator';
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { bare, standIn } from './processes.mjs';

const npm = createRequire(import.meta.url)('swagger-ui-dist').absolutePath();
const dist = fileURLToPath(new URL('../../../core/api/docs/swagger/dist', import.meta.url));

let gateway, description;
before(async () => {
  gateway = await bare();
  description = await (await fetch(`${gateway.url}/openapi.json`)).json();
});
after(() => gateway?.stop());

test('the description is valid', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(description);
  assert.deepEqual({ valid, errors }, { valid: true, errors: undefined });
  assert.equal(validator.version, '3.1');
  const broken = structuredClone(description);
  delete broken.paths['/v1/chat/completions'].post.responses.default.description;
  assert.equal((await new Validator().validate(broken)).valid, false);
});

// examples are the requests that the description tells somebody how to make.
function* examples() {
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const parameters = operation.parameters ?? [];
      if (['admin', 'pass'].includes(operation.tags[0]) || // which need somebody, or a vendor
           parameters.some(({ example }) => !example)) continue;
      const at = parameters.filter((p) => p.in === 'path').reduce((url, p) => url.replace(`{${p.name}}`, encodeURIComponent(p.example)), path);
      const query = new URLSearchParams(parameters.filter((p) => p.in === 'query').map((p) => [p.name, p.example]));
      yield { name: `${method} ${at}`, url: `${gateway.url}${at}?${query}`, method: method.toUpperCase(), operation };
    }
  }
}

function sent(content) {
  const json = content?.['application/json'];
  if (json) return { body: JSON.stringify(json.example), headers: { 'Content-Type': 'application/json' } };
  const form = content?.['multipart/form-data'];
  if (!form) return {};
  const body = new FormData();
  for (const [name, { format, example }] of Object.entries(form.schema.properties)) {
    body.append(name, format === 'binary' ? new File(['bytes'], 'file') : example);
  }
  return { body };
}

const skip = standIn ? 'a stack has a master key, which the examples are without' : false;
test('examples are answered as described', { skip }, async (t) => {
  const ajv = new Ajv({ strict: false });
  let count = 0;
  for (const { name, url, method, operation } of examples()) {
    const reply = await fetch(url, { method, ...sent(operation.requestBody?.content) });
    const text = await reply.text();
    assert.equal(reply.status, 200, `${name}: ${text}`);
    const type = reply.headers.get('content-type').split(';')[0];
    const { content } = operation.responses[200];
    const described = content[type] ?? content[`${type.split('/')[0]}/*`] ?? content['*/*'];
    assert.ok(described, `${name} answered with ${type}`);
    if (type === 'application/json') {
      const check = ajv.compile(described.schema);
      assert.ok(check(JSON.parse(text)), `${name}: ${ajv.errorsText(check.errors)}`);
    }
    count++;
  }
  t.diagnostic(`${count} operations`);
  assert.ok(count > 50, `${count} operations have examples`);
});

test('errors are answered as described', async (t) => {
  const ajv = new Ajv({ strict: false, schemas: [{ $id: 'api', ...description }] });
  for (const { name, url, method, operation } of examples()) {
    if (!operation.requestBody) continue;
    const reply = await fetch(url, { method, body: 'no object', headers: { 'Content-Type': 'application/json' } });
    const { $ref } = operation.responses.default.content['application/json'].schema;
    const check = ajv.getSchema(`api${$ref}`);
    assert.equal(Math.floor(reply.status / 100), 4, name);
    const body = await reply.json();
    assert.ok(check(body), `${name}: ${JSON.stringify(body)}: ${ajv.errorsText(check.errors)}`);
  }
});

test('Swagger UI is npm\'s', async () => {
  const names = readdirSync(dist);
  assert.deepEqual(names.sort(), ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui-bundle.js.gz', 'swagger-ui.css.gz']);
  for (const name of names) {
    const bytes = readFileSync(`${dist}/${name}`);
    const original = readFileSync(`${npm}/${name.replace(/\.gz$/, '')}`);
    const served = await fetch(`${gateway.url}/docs/${name.replace(/\.gz$/, '')}`);
    assert.ok(original.equals(Buffer.from(await served.arrayBuffer())), `${name} is served otherwise`);
    assert.ok(original.equals(name.endsWith('.gz') ? gunzipSync(bytes) : bytes), `${name} differs`);
  }
});
