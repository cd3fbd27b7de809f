// What the README tells people to paste works, as it stands there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { bare, standIn } from './processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
let gateway;
before(async () => {
  gateway = await bare();
});
after(() => gateway?.stop());

const skip = standIn ? 'a stack has a master key, which the README is without' : false;
test('the javascript of the README', { skip }, () => {
  const readme = readFileSync(join(here, '../../../README.md'), 'utf8');
  const [, code] = readme.match(/```js\n([\s\S]*?)```/);
  const dir = mkdtempSync(join(here, 'readme-')); // where node finds the client
  try {
    writeFileSync(join(dir, 'snippet.mjs'), code.replaceAll('http://localhost:8000', gateway.url));
    const [plain, streamed] = execFileSync(process.execPath, [join(dir, 'snippet.mjs')], { encoding: 'utf8' }).split('\n');
    assert.equal(streamed, plain);
    assert.match(plain, /^You said: "hello"/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
