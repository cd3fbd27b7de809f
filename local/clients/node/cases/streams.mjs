// Streams: order, single events as they come, and what a cut looks like.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APIError } from 'openai';
import { call } from '../tally.mjs';
import { words } from './plain.mjs';

const text = (chunk) => chunk.choices[0]?.delta.content ?? '';

export function streams(way) {
  call('stream', async () => {
    const chunks = [];
    for await (const chunk of await way.ask('text', { stream: true })) chunks.push(chunk);
    assert.equal(chunks.map(text).join(''), words);
    assert.ok(chunks.every((c) => c.object === 'chat.completion.chunk'));
    assert.equal(new Set(chunks.map((c) => c.id)).size, 1);
    assert.deepEqual(finishes(chunks), ['stop']);
  });

  test('stream with usage', async () => {
    const chunks = [];
    const params = { stream: true, stream_options: { include_usage: true } };
    for await (const chunk of await way.ask('text', params)) chunks.push(chunk);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.total_tokens, 19);
  });

  test('stream helper', async () => {
    const messages = [{ role: 'user', content: 'hello' }];
    const stream = way.client.chat.completions.stream({ model: way.model('text'), messages });
    assert.equal(await stream.finalContent(), words);
  });

  test('the first event is not kept back', async () => {
    const token = `${way.mode}-${way.vendor}`;
    let said = '';
    for await (const chunk of await way.ask(`hold-${token}`, { stream: true })) {
      if (said === '' && text(chunk) !== '') {
        assert.equal(text(chunk), 'alpha');
        await way.upstream.release(token); // the upstream holds event 2 until now
      }
      said += text(chunk);
    }
    assert.equal(said, words);
  });

  call('abort', async () => {
    const stream = await way.ask('pace-40-20ms', { stream: true });
    let left;
    for await (const chunk of stream) {
      if (text(chunk) === '') continue;
      stream.controller.abort();
      left = Date.now();
      break;
    }
    if (way.mode === 'lambda') {
      const seen = await way.upstream.logUntil('ended', 'pace-40-20ms');
      assert.equal(seen.left, undefined); // Lambda is not told that the client went
      assert.ok(seen.events >= 42, `${seen.events} events`);
    } else {
      const seen = await way.upstream.logUntil('left', 'pace-40-20ms');
      assert.ok(seen.events < 40, `${seen.events} events`);
      assert.ok(Date.now() - left < 1000, 'the upstream learned it too late');
    }
  });

  if (!way.gateway) return;

  for (const fault of ['cut', 'reset-late', 'overload-late']) {
    test(`a cut stream raises: ${fault}`, async () => {
      const chunks = [];
      await assert.rejects(async () => {
        for await (const chunk of await way.ask(fault, { stream: true })) chunks.push(chunk);
      }, APIError);
      assert.equal(chunks.map(text).join(''), 'alpha bravo');
      assert.deepEqual(finishes(chunks), []);
    });
  }
}

function finishes(chunks) {
  return chunks.map((c) => c.choices[0]?.finish_reason).filter(Boolean);
}
