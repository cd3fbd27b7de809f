// Errors: the SDK's own exception classes, with what they need to say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { call } from '../tally.mjs';
import { words } from './plain.mjs';

const refusals = {
  '400-context': OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  '429-7': OpenAI.RateLimitError,
  500: OpenAI.InternalServerError,
  503: OpenAI.InternalServerError,
};
const messages = [{ role: 'user', content: 'hello' }];

export function errors(way) {
  for (const [scenario, kind] of Object.entries(refusals)) {
    for (const stream of [false, true]) {
      const name = `refusal ${scenario}${stream ? ', streamed' : ''}`;
      call(scenario.split('-')[0], async () => {
        const error = await raised(way.ask(scenario, { stream }), kind);
        assert.equal(error.status, Number.parseInt(scenario, 10));
        assert.deepEqual(Object.keys(error.error).sort(), ['code', 'message', 'param', 'type']);
        if (scenario === '429-7') assert.equal(error.headers.get('retry-after'), '7');
      }, name);
    }
  }

  test('the SDK retries as it is told', async () => {
    const began = performance.now();
    const client = way.connect({ maxRetries: 1 });
    const reply = await client.chat.completions.create({ model: way.model('429-once'), messages });
    assert.equal(reply.choices[0].message.content, words);
    assert.ok(performance.now() - began >= 990);
    const seen = await way.upstream.requests('429-once');
    assert.deepEqual(seen.map((r) => r.status), [429, 200]);
  });

  test('unknown route', async () => {
    const error = await raised(way.client.post('/no/such/route', { body: {} }), OpenAI.NotFoundError);
    assert.deepEqual(Object.keys(error.error).sort(), ['code', 'message', 'param', 'type']);
  });

  test('unknown model', async () => {
    // LiteLLM's gateway answers 400 where OpenAI answers 404, and so does ours.
    const refusal = way.mode === 'direct' ? OpenAI.NotFoundError : OpenAI.BadRequestError;
    const error = await raised(way.client.chat.completions.create({ model: 'no-such-model', messages }), refusal);
    assert.match(error.message, /no-such-model/);
  });

  test('the client gives up', async () => {
    const client = way.connect({ timeout: 300 });
    await raised(client.chat.completions.create({ model: way.model('never'), messages }), OpenAI.APIConnectionTimeoutError);
    if (way.mode !== 'lambda') assert.equal((await way.upstream.logUntil('left', 'never')).status, 0);
  });

  if (!way.gateway) return;

  test('wrong key', async () => {
    const client = way.connect({ apiKey: 'sk-wrong' });
    await raised(client.chat.completions.create({ model: way.model('text'), messages }), OpenAI.AuthenticationError);
    assert.deepEqual(await way.upstream.requests('text'), []);
  });

  test('the gateway gives up', async () => {
    const error = await raised(way.ask('impatient'), OpenAI.APIError);
    assert.equal(error.status, 408);
    assert.equal((await way.upstream.logUntil('left', 'slow-30s')).status, 0);
  });
}

// raised gives the error of a promise, which has to be of exactly that class.
async function raised(promise, kind) {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (e) => e,
  );
  assert.equal(error.constructor, kind, `${error}`);
  return error;
}
