// Counts the calls that each client makes of the gateway and which kinds of call
// they were. All of them send with Node's fetch, which tells of each request
// without being asked.
import { subscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';

// Every client makes each of these.
const kinds = ['plain', 'stream', 'tool loop', 'image', 'structured output', '401', '429', 'abort'];

const calls = new Map(); // client: path: how often
const made = new Map(); // client and mode of the gateway: kinds of call
const gateways = new Map(); // origin: mode
let client;
let touched = new Set(); // the modes that the test called

const at = (map, key, fresh) => map.get(key) ?? map.set(key, fresh).get(key);

subscribe('undici:request:create', ({ request }) => {
  if (!client || !gateways.has(request.origin)) return;
  touched.add(gateways.get(request.origin));
  const paths = at(calls, client, new Map());
  const path = request.path.split('?')[0];
  paths.set(path, (paths.get(path) ?? 0) + 1);
});

// call is a test whose calls are of a kind. The kind counts when the test called
// the gateway and passed.
export function call(kind, run, name = kind) {
  test(name, async (t) => {
    touched = new Set();
    await run(t);
    for (const mode of touched) at(made, `${client}, ${mode}`, new Set()).add(kind);
  });
}

export const tally = {
  gateway: (url, mode) => gateways.set(url, mode),
  client: (name) => (client = name),
  missing: (name, mode) => kinds.filter((kind) => !made.get(`${name}, ${mode}`)?.has(kind)),
  *lines() {
    for (const [name, paths] of calls) {
      const total = [...paths.values()].reduce((a, b) => a + b, 0);
      yield `${name}: ${total} calls of ${paths.size} paths`;
    }
    for (const [who, all] of made) yield `  ${who}: ${all.size} kinds: ${[...all].sort().join(', ')}`;
  },
};
