// Anthropic's client: values of its types, and what the upstream saw.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { keys } from '../config.mjs';
import { call } from '../tally.mjs';
import { pixel, words } from './plain.mjs';

const tool = {
  name: 'weather',
  description: 'the weather of a place',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const hello = [{ role: 'user', content: 'hello' }];
const refusals = {
  '400-context': Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  403: Anthropic.PermissionDeniedError,
  '429-7': Anthropic.RateLimitError,
  500: Anthropic.InternalServerError,
};

export function anthropic(way) {
  const body = (scenario, params) => ({ model: way.model(scenario), max_tokens: 1000, messages: hello, ...params });
  const ask = {
    plain: (scenario, params) => way.client.messages.create(body(scenario, params)),
    streamed: (scenario, params) => way.client.messages.stream(body(scenario, params)).finalMessage(),
  };

  for (const [how, send] of Object.entries(ask)) {
    call(how === 'plain' ? 'plain' : 'stream', async () => {
      const message = await send('text');
      assert.deepEqual(message.content.map((b) => [b.type, b.text]), [['text', words]]);
      assert.deepEqual([message.role, message.stop_reason], ['assistant', 'end_turn']);
      assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [11, 8]);
    }, `text, ${how}`);

    call('tool loop', async () => {
      const message = await send('tool', { tools: [tool] });
      const use = message.content.find((b) => b.type === 'tool_use');
      assert.deepEqual([message.stop_reason, use.name, use.input], ['tool_use', 'weather', { city: 'alpha' }]);
      const result = [{ type: 'tool_result', tool_use_id: use.id, content: 'sunny' }];
      const messages = [...hello, { role: 'assistant', content: message.content }, { role: 'user', content: result }];
      assert.equal((await send('tool', { tools: [tool], messages })).content[0].text, 'The tools say: sunny');
    }, `tool loop, ${how}`);

    call('image', async () => {
      const content = [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }];
      const message = await send('image', { messages: [{ role: 'user', content }] });
      assert.equal(message.content[0].text, 'I see 1: image/png, 70 bytes');
    }, `image, ${how}`);

    call('thinking', async () => {
      const message = await send(way.vendor === 'anthropic' ? 'reasoning' : 'reasoning-content');
      assert.deepEqual(message.content.map((b) => b.thinking ?? b.text), ['alpha bravo charlie delta', words]);
    }, `thinking, ${how}`);

    test(`token limit, ${how}`, async () => {
      const message = await send('text', { max_tokens: 2 });
      assert.deepEqual([message.content[0].text, message.stop_reason], ['alpha bravo', 'max_tokens']);
    });

    for (const [scenario, kind] of Object.entries(refusals)) {
      call(scenario.split('-')[0], async () => {
        await assert.rejects(send(scenario), (error) => {
          assert.equal(error.constructor, kind, `${error}`);
          if (scenario === '429-7') assert.equal(error.headers.get('retry-after'), '7');
          return true;
        });
      }, `refusal ${scenario}, ${how}`);
    }
  }

  call('structured output', async () => {
    const schema = {
      type: 'object',
      properties: { points: { type: 'integer' } },
      required: ['points'],
      additionalProperties: false,
    };
    const message = await ask.plain('json', { output_config: { format: { type: 'json_schema', schema } } });
    assert.deepEqual(JSON.parse(message.content[0].text), { points: 7 });
  });

  call('abort', async () => {
    const stream = way.client.messages.stream(body('pace-40-20ms'));
    await assert.rejects(async () => {
      for await (const event of stream) if (event.type === 'content_block_delta') stream.abort();
    }, Anthropic.APIUserAbortError);
    if (way.mode === 'lambda') return; // which is not told that the client went
    assert.ok((await way.upstream.logUntil('left', 'pace-40-20ms')).events < 40);
  });

  if (!way.gateway) return;

  call('cut stream', async () => {
    for (const fault of ['cut', 'overload-late']) {
      let said = '';
      const stream = way.client.messages.stream(body(fault)).on('text', (text) => (said += text));
      await assert.rejects(stream.finalMessage(), Anthropic.APIError);
      assert.equal(said, 'alpha bravo');
    }
  });

  test('what the upstream gets', async () => {
    await ask.plain('text', { system: 'be brief', stop_sequences: ['zulu'], max_tokens: 50 });
    const { body: sent, header } = await way.seen('text');
    if (way.vendor === 'anthropic') {
      assert.equal(header['x-api-key'], keys.anthropic);
      assert.deepEqual(sent, { model: 'text', max_tokens: 50, messages: hello, system: 'be brief', stop_sequences: ['zulu'] });
    } else {
      assert.equal(header.authorization, `Bearer ${keys.openai}`);
      const messages = [{ role: 'system', content: 'be brief' }, ...hello];
      assert.deepEqual(sent, { model: 'text', max_completion_tokens: 50, messages, stop: ['zulu'] });
    }
  });

  call('counted tokens', async () => {
    const model = way.model('text');
    const short = await way.client.messages.countTokens({ model, messages: hello });
    const long = await way.client.messages.countTokens({ model, messages: hello, system: 'be brief', tools: [tool] });
    assert.ok(0 < short.input_tokens && short.input_tokens < long.input_tokens);
  });

  test('wrong key', async () => {
    const client = way.connect({ apiKey: 'sk-wrong' });
    await assert.rejects(client.messages.create(body('text')), Anthropic.AuthenticationError);
    assert.deepEqual(await way.upstream.requests('text'), []);
  });
}
