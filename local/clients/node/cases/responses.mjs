// OpenAI's responses, over models that only chat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { pixel, words } from './plain.mjs';

const tool = {
  type: 'function',
  name: 'weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  strict: true,
};

export function responses(way) {
  const respond = (scenario, params) => way.client.responses.create({ model: way.model(scenario), input: 'hello', ...params });

  test('plain', async () => {
    const reply = await respond('text', { instructions: 'be brief' });
    assert.deepEqual([reply.object, reply.status, reply.output_text], ['response', 'completed', words]);
    assert.equal(reply.usage.total_tokens, 19);
    assert.match((await way.seen('text')).raw, /be brief/);
  });

  test('stream', async () => {
    const events = [];
    for await (const event of await respond('text', { stream: true })) events.push(event);
    assert.deepEqual([events[0].type, events.at(-1).type], ['response.created', 'response.completed']);
    assert.deepEqual(events.map((e) => e.sequence_number), [...events.keys()]);
    assert.equal(events.filter((e) => e.type === 'response.output_text.delta').map((e) => e.delta).join(''), words);
  });

  test('stream helper', async () => {
    const stream = way.client.responses.stream({ model: way.model('text'), input: 'hello' });
    assert.equal((await stream.finalResponse()).output_text, words);
  });

  test('tool loop', async () => {
    const first = await respond('tool', { tools: [tool] });
    const call = first.output.find((item) => item.type === 'function_call');
    assert.deepEqual([call.name, JSON.parse(call.arguments)], ['weather', { city: 'alpha' }]);
    const result = { type: 'function_call_output', call_id: call.call_id, output: 'sunny' };
    const second = await respond('tool', { tools: [tool], input: [{ role: 'user', content: 'hello' }, ...first.output, result] });
    assert.equal(second.output_text, 'The tools say: sunny');
  });

  test('image', async () => {
    const content = [{ type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' }];
    const reply = await respond('image', { input: [{ role: 'user', content }] });
    assert.equal(reply.output_text, 'I see 1: image/png, 70 bytes');
  });

  test('structured output', async () => {
    const shape = z.object({ title: z.string(), points: z.number().int() });
    const text = { format: zodTextFormat(shape, 'solution') };
    const reply = await way.client.responses.parse({ model: way.model('json'), input: 'hello', text });
    assert.deepEqual(reply.output_parsed, { title: 'alpha', points: 7 });
  });

  test('a cut stream ends in an error', async () => {
    let last;
    for await (const event of await respond('cut', { stream: true })) last = event;
    assert.equal(last.type, 'error');
    assert.ok(last.message);
  });

  test('refusals', async () => {
    for (const stream of [false, true]) {
      await assert.rejects(respond('401', { stream }), OpenAI.AuthenticationError);
      await assert.rejects(respond('429-7', { stream }), OpenAI.RateLimitError);
    }
  });
}
