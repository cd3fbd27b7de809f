// OpenAI's responses: of OpenAI's models, which have them and get what the client
// sent, and over models that only chat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { call } from '../tally.mjs';
import { pixel, words } from './plain.mjs';

const tool = {
  type: 'function',
  name: 'weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  strict: true,
};

export function responses(way) {
  const respond = (scenario, params) => way.client.responses.create({ model: way.model(scenario), input: 'hello', ...params });

  call('responses', async () => {
    const reply = await respond('text', { instructions: 'be brief' });
    assert.deepEqual([reply.object, reply.status, reply.output_text], ['response', 'completed', words]);
    assert.equal(reply.usage.total_tokens, 19);
    const { raw, body } = await way.seen('text');
    if (way.vendor === 'openai') assert.deepEqual(body, { model: 'text', input: 'hello', instructions: 'be brief' });
    else assert.match(raw, /be brief/);
  });

  call('streamed responses', async () => {
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

  call('tool loop of responses', async () => {
    const first = await respond('tool', { tools: [tool] });
    const call = first.output.find((item) => item.type === 'function_call');
    assert.deepEqual([call.name, JSON.parse(call.arguments)], ['weather', { city: 'alpha' }]);
    const result = { type: 'function_call_output', call_id: call.call_id, output: 'sunny' };
    const second = await respond('tool', { tools: [tool], input: [{ role: 'user', content: 'hello' }, ...first.output, result] });
    assert.equal(second.output_text, 'The tools say: sunny');
  });

  call('image of responses', async () => {
    const content = [{ type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' }];
    const reply = await respond('image', { input: [{ role: 'user', content }] });
    assert.equal(reply.output_text, 'I see 1: image/png, 70 bytes');
  });

  call('structured output of responses', async () => {
    const shape = z.object({ title: z.string(), points: z.number().int() });
    const text = { format: zodTextFormat(shape, 'solution') };
    const reply = await way.client.responses.parse({ model: way.model('json'), input: 'hello', text });
    assert.deepEqual(reply.output_parsed, { title: 'alpha', points: 7 });
  });

  if (way.vendor === 'openai') native(way, respond);

  call('abort of responses', async () => {
    const stream = await respond('pace-40-20ms', { stream: true });
    for await (const event of stream) {
      if (event.type !== 'response.output_text.delta') continue;
      stream.controller.abort();
      break;
    }
    if (way.mode === 'lambda') return; // which is not told that the client went
    assert.ok((await way.upstream.logUntil('left', 'pace-40-20ms')).events < 40);
  });

  test('a cut stream ends in an error', async () => {
    let last;
    for await (const event of await respond('cut', { stream: true })) last = event;
    // The client itself does not mind.
    assert.equal(last.type, way.gateway ? 'error' : 'response.output_text.delta');
    assert.equal(way.gateway, Boolean(last.message));
  });

  test('refusals', async () => {
    for (const stream of [false, true]) {
      await assert.rejects(respond('401', { stream }), OpenAI.AuthenticationError);
      await assert.rejects(respond('429-7', { stream }), OpenAI.RateLimitError);
    }
  });
}

// native holds what is only so where the vendor has responses itself.
function native(way, respond) {
  test('order of events', async () => {
    const types = [];
    for await (const event of await respond('text-3', { stream: true })) types.push(event.type.replace('response.', ''));
    assert.deepEqual(types, [
      ...['created', 'in_progress', 'output_item.added', 'content_part.added'],
      ...['output_text.delta', 'output_text.delta', 'output_text.delta'],
      ...['output_text.done', 'content_part.done', 'output_item.done', 'completed'],
    ]);
  });

  test('a response that only the vendor keeps', async () => {
    const asked = { input: 'two', previous_response_id: `resp_${'7'.repeat(48)}` };
    const reply = await respond('echo', asked);
    assert.deepEqual([reply.output_text, reply.previous_response_id], ['two', asked.previous_response_id]);
    assert.deepEqual((await way.seen('echo')).body, { ...asked, model: 'echo' });
  });
}
