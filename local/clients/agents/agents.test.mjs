// Coding agents as their users run them, unpatched: each asks in its own vendor's
// format and is answered by a model of another vendor's format. They are large,
// so `make verify-agents` runs them and `make test` does not.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { masterKey } from '../node/config.mjs';
import { workshop } from '../node/processes.mjs';

const words = 'alpha bravo charlie delta echo foxtrot golf hotel'; // what the fake upstream answers
const bin = fileURLToPath(new URL('node_modules/.bin/', import.meta.url));
const claude = fileURLToPath(new URL(`node_modules/@anthropic-ai/claude-code-linux-${process.arch}/claude`, import.meta.url));

let shop, gateway, home;
before(async () => {
  shop = await workshop();
  gateway = await shop.gateway('process');
});
after(async () => {
  await gateway?.stop();
  await shop?.stop();
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tollgate-agent-'));
  return shop.upstream.reset();
});

function file(name, text) {
  mkdirSync(join(home, name, '..'), { recursive: true });
  writeFileSync(join(home, name), text);
}

// run gives what an agent prints when it is asked something, in a home of its own.
async function run(command, args, env) {
  const child = spawn(command, args, { cwd: home, env: { PATH: process.env.PATH, HOME: home, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  let out = '', errors = '';
  child.stdout.on('data', (piece) => (out += piece));
  child.stderr.on('data', (piece) => (errors += piece));
  const code = await new Promise((done) => child.once('close', done));
  clearTimeout(late);
  rmSync(home, { recursive: true, force: true });
  return { code, out, errors };
}

const agents = {
  'Claude Code': (model) =>
    run(claude, ['-p', 'say hello', '--model', model, '--output-format', 'json'], {
      ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_API_KEY: masterKey, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
  Codex: (model) => {
    const provider = `name = "tollgate"\nbase_url = "${gateway.url}/v1"\nenv_key = "KEY"\nwire_api = "responses"\n`;
    file('.codex/config.toml', `model = "${model}"\nmodel_provider = "tollgate"\n[model_providers.tollgate]\n${provider}`);
    return run(join(bin, 'codex'), ['exec', '--skip-git-repo-check', 'say hello'], { KEY: masterKey });
  },
  'Gemini CLI': (model) => {
    file('.gemini/settings.json', JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false } }));
    return run(join(bin, 'gemini'), ['--skip-trust', '-m', model, '-p', 'say hello'], {
      GEMINI_API_KEY: masterKey, GOOGLE_GEMINI_BASE_URL: gateway.url,
    });
  },
};

for (const [name, ask] of Object.entries(agents)) {
  describe(name, () => {
    for (const vendor of ['openai', 'anthropic']) {
      test(`is answered by a model of ${vendor}`, async () => {
        const { code, out, errors } = await ask(`${vendor}-text`);
        assert.equal(code, 0, errors + out);
        assert.match(out, new RegExp(words), errors);
        const asked = await shop.upstream.requests('text');
        assert.ok(asked.some((r) => Buffer.from(r.body, 'base64').includes('say hello')), 'the question did not reach the vendor');
      });
    }
  });
}
