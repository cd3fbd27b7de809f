// The npm clients of OpenAI, Anthropic and Vercel. Those of the first two go
// five ways: straight at the fake upstream (which proves that the fake is
// faithful to the SDK), and through the gateway as a process and as Lambda
// functions, with models of OpenAI and of Anthropic behind it. Nothing in the
// SDKs is patched: only their address and key are set.
//
// One file, so that everything starts once; each file in cases/ adds its tests
// for one way.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { createOpenAI } from '@ai-sdk/openai';
import OpenAI from 'openai';
import { ai } from './cases/ai.mjs';
import { anthropic } from './cases/anthropic.mjs';
import { errors } from './cases/errors.mjs';
import { operations } from './cases/operations.mjs';
import { plain } from './cases/plain.mjs';
import { responses } from './cases/responses.mjs';
import { streams } from './cases/streams.mjs';
import { tools } from './cases/tools.mjs';
import { completions, upstream } from './cases/upstream.mjs';
import { chats, completes, masterKey, vendors } from './config.mjs';
import { standIn, workshop } from './processes.mjs';
import { tally } from './tally.mjs';

let shop;
before(async () => {
  shop = await workshop();
});
after(async () => {
  for (const line of tally.lines()) console.log(line);
  await shop?.stop();
});
beforeEach(() => shop.upstream.reset());

const connections = {
  openai: (url, options) => new OpenAI({ baseURL: `${url}/v1`, apiKey: masterKey, maxRetries: 0, timeout: 20_000, ...options }),
  anthropic: (url, options) => new Anthropic({ baseURL: url, apiKey: masterKey, maxRetries: 0, timeout: 20_000, ...options }),
  ai: (url, options) => createOpenAI({ baseURL: `${url}/v1`, apiKey: masterKey, ...options }),
};

// wayOf is how a test reaches a model: the client, and names for the scenarios.
function wayOf(mode, vendor, url, sdk = 'openai') {
  const way = {
    mode,
    vendor,
    gateway: mode !== 'direct',
    get upstream() {
      return shop.upstream;
    },
    connect: (options) => connections[sdk](url(), options),
    get client() {
      return way.connect();
    },
    model: (scenario) => (mode === 'direct' ? scenario : `${vendor}-${scenario}`),
    ask(scenario, params) {
      const messages = [{ role: 'user', content: 'hello' }];
      return way.client.chat.completions.create({ model: way.model(scenario), messages, ...params });
    },
    // newest gives the bytes and the headers of the newest upstream request.
    async newest(scenario) {
      const last = (await shop.upstream.requests(scenario)).at(-1);
      const header = Object.fromEntries(Object.entries(last.header).map(([name, [value]]) => [name.toLowerCase(), value]));
      return { bytes: Buffer.from(last.body, 'base64'), header };
    },
    // seen reads it as JSON, seenForm as a form.
    async seen(scenario) {
      const { bytes, header } = await way.newest(scenario);
      return { raw: bytes.toString(), body: JSON.parse(bytes), header };
    },
    async seenForm(scenario) {
      const { bytes, header } = await way.newest(scenario);
      const form = await new Response(bytes, { headers: { 'content-type': header['content-type'] } }).formData();
      return { form: [...form], header };
    },
  };
  return way;
}

// by describes what a client does; its calls are counted as that client's.
function by(client, name, cases) {
  describe(name, () => {
    before(() => tally.client(client));
    cases();
  });
}

function openai(way) {
  plain(way);
  streams(way);
  tools(way);
  errors(way);
}

describe('direct', () => {
  const url = () => shop.upstream.url;
  describe('openai', () => {
    const way = wayOf('direct', 'openai', url);
    openai(way);
    upstream(way);
    completions(way);
    describe('responses', () => responses(way));
  });
  describe('@anthropic-ai/sdk', () => anthropic(wayOf('direct', 'anthropic', url, 'anthropic')));
});

const modes = standIn ? ['lambda'] : ['process', 'lambda'];
for (const mode of modes) {
  describe(mode, () => {
    let gateway;
    const url = () => gateway.url;
    before(async () => {
      gateway = await shop.gateway(mode);
      tally.gateway(gateway.url, mode);
    });
    after(() => gateway?.stop());
    for (const vendor of vendors) {
      by('openai', vendor, () => openai(wayOf(mode, vendor, url)));
      by('@anthropic-ai/sdk', `${vendor}, by Anthropic's`, () => anthropic(wayOf(mode, vendor, url, 'anthropic')));
    }
    by('openai', 'operations of openai', () => upstream(wayOf(mode, 'openai', url)));
    by('openai', `completions of ${completes}`, () => completions(wayOf(mode, completes, url)));
    for (const vendor of ['openai', chats, 'anthropic']) {
      by('openai', `responses of ${vendor}`, () => responses(wayOf(mode, vendor, url)));
    }
    by('openai', 'operations', () => operations(wayOf(mode, 'demo', url)));
    if (mode !== modes[0]) return;
    for (const vendor of vendors) by('ai', `${vendor}, by Vercel's`, () => ai(wayOf(mode, vendor, url, 'ai')));
  });
}

// The last of all: it looks at what the others did.
describe('every kind of call', () => {
  const ways = [...modes.flatMap((mode) => [['openai', mode], ['@anthropic-ai/sdk', mode]]), ['ai', modes[0]]];
  for (const [client, mode] of ways) {
    test(`${client}, ${mode}`, () => assert.deepEqual(tally.missing(client, mode), []));
  }
});
