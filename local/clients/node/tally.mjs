// Counts the calls that each client makes of the gateway. All of them send with
// Node's fetch, which tells of each request without being asked.
import { subscribe } from 'node:diagnostics_channel';

const calls = new Map(); // client: path: how often
const gateways = new Set();
let client;

subscribe('undici:request:create', ({ request }) => {
  if (!client || !gateways.has(request.origin)) return;
  const paths = calls.get(client) ?? calls.set(client, new Map()).get(client);
  const path = request.path.split('?')[0];
  paths.set(path, (paths.get(path) ?? 0) + 1);
});

export const tally = {
  gateway: (url) => gateways.add(url),
  client: (name) => (client = name),
  *lines() {
    for (const [name, paths] of calls) {
      const total = [...paths.values()].reduce((a, b) => a + b, 0);
      yield `${name}: ${total} calls of ${paths.size} paths`;
    }
  },
};
