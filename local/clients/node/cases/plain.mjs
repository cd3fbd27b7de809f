// Plain calls: the reply's values, and the bytes the upstream saw.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, masterKey } from '../config.mjs';
import { call } from '../tally.mjs';

export const words = 'alpha bravo charlie delta echo foxtrot golf hotel';

export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function plain(way) {
  call('plain', async () => {
    const reply = await way.ask('text');
    const [choice] = reply.choices;
    assert.equal(choice.message.content, words);
    assert.equal(choice.message.role, 'assistant');
    assert.equal(choice.finish_reason, 'stop');
    assert.equal(reply.object, 'chat.completion');
    assert.deepEqual([reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens], [11, 8, 19]);
  });

  test('unicode survives', async () => {
    const text = 'snow ☃, emoji 👩‍🚀, quotes " \\ / <b>&amp;</b>';
    const reply = await way.ask('echo', { messages: [{ role: 'user', content: text }] });
    assert.equal(reply.choices[0].message.content, text);
  });

  test('stop', async () => {
    const reply = await way.ask('text', { stop: ['delta'] });
    assert.equal(reply.choices[0].message.content, 'alpha bravo charlie ');
    assert.equal(reply.choices[0].finish_reason, 'stop');
  });

  call('image', async () => {
    const content = [
      { type: 'text', text: 'what is it?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
    ];
    const reply = await way.ask('image', { messages: [{ role: 'user', content }] });
    const size = Buffer.from(pixel, 'base64').length;
    assert.equal(reply.choices[0].message.content, `I see 1: image/png, ${size} bytes`);
  });

  if (way.vendor === 'openai') {
    test('two choices', async () => {
      const reply = await way.ask('text-3', { n: 2 });
      assert.deepEqual(reply.choices.map((c) => [c.index, c.message.content]), [
        [0, 'alpha bravo charlie'],
        [1, 'alpha bravo charlie'],
      ]);
    });

    test('bytes pass as they are', async () => {
      const sent = { messages: [{ role: 'user', content: 'héllo ☃' }], temperature: 0.30000000000000004, user: 'someone' };
      await way.ask('text', sent);
      const { raw, body } = await way.seen('text');
      assert.deepEqual(body, { ...sent, model: 'text' });
      assert.match(raw, /"temperature":0.30000000000000004/);
    });
  }

  if (!way.gateway) return;

  test('the upstream gets its own key', async () => {
    await way.ask('text');
    const { raw, header } = await way.seen('text');
    const key = keys[way.vendor];
    assert.equal(way.vendor === 'openai' ? header.authorization : header['x-api-key'], way.vendor === 'openai' ? `Bearer ${key}` : key);
    assert.ok(!(raw + JSON.stringify(header)).includes(masterKey));
  });

  call('models', async () => {
    const names = [];
    for await (const model of way.client.models.list()) names.push(model.id);
    assert.ok(names.includes(way.model('text')), `${names}`);
  });

  test('fallback', async () => {
    const reply = await way.ask('falls-back');
    assert.equal(reply.choices[0].message.content, words);
    assert.equal((await way.upstream.requests('500')).length, 1);
  });
}
