// The npm openai client, five ways: straight at the fake upstream (which proves
// that the fake is faithful to the SDK), and through the gateway as a process
// and as Lambda functions, with models of OpenAI and of Anthropic behind it.
// Nothing in the SDK is patched: only baseURL and apiKey are set.
//
// One file, so that everything starts once; each file in cases/ adds its tests
// for one way.
import { after, before, beforeEach, describe } from 'node:test';
import OpenAI from 'openai';
import { plain } from './cases/plain.mjs';
import { streams } from './cases/streams.mjs';
import { tools } from './cases/tools.mjs';
import { errors } from './cases/errors.mjs';
import { masterKey, vendors } from './config.mjs';
import { workshop } from './processes.mjs';

let shop;
before(async () => {
  shop = await workshop();
});
after(() => shop?.stop());
beforeEach(() => shop.upstream.reset());

// wayOf is how a test reaches a model: the client, and names for the scenarios.
function wayOf(mode, vendor, url) {
  const way = {
    mode,
    vendor,
    gateway: mode !== 'direct',
    get upstream() {
      return shop.upstream;
    },
    connect(options) {
      return new OpenAI({ baseURL: `${url()}/v1`, apiKey: masterKey, maxRetries: 0, timeout: 20_000, ...options });
    },
    get client() {
      return way.connect();
    },
    model: (scenario) => (mode === 'direct' ? scenario : `${vendor}-${scenario}`),
    ask(scenario, params) {
      const messages = [{ role: 'user', content: 'hello' }];
      return way.client.chat.completions.create({ model: way.model(scenario), messages, ...params });
    },
    // seen gives the JSON body and the headers of the newest upstream request.
    async seen(scenario) {
      const last = (await shop.upstream.requests(scenario)).at(-1);
      const raw = Buffer.from(last.body, 'base64').toString();
      const header = Object.fromEntries(Object.entries(last.header).map(([name, [value]]) => [name.toLowerCase(), value]));
      return { raw, body: JSON.parse(raw), header };
    },
  };
  return way;
}

function cases(way) {
  plain(way);
  streams(way);
  tools(way);
  errors(way);
}

describe('direct', () => cases(wayOf('direct', 'openai', () => shop.upstream.url)));

for (const mode of ['process', 'lambda']) {
  describe(mode, () => {
    let gateway;
    before(async () => {
      gateway = await shop.gateway(mode);
    });
    after(() => gateway?.stop());
    for (const vendor of vendors) describe(vendor, () => cases(wayOf(mode, vendor, () => gateway.url)));
  });
}
