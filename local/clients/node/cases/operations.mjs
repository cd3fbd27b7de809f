// What OpenAI's client asks for beside chat, of the gateway's own model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { pixel } from './plain.mjs';

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const model = 'demo';

export function operations(way) {
  test('embeddings', async () => {
    const { data, usage } = await way.client.embeddings.create({ model, input: ['a red car', 'a report'], dimensions: 16 });
    assert.deepEqual(data.map((d) => [d.index, d.embedding.length]), [[0, 16], [1, 16]]);
    const plain = await way.client.embeddings.create({ model, input: 'a red car', dimensions: 16, encoding_format: 'float' });
    assert.deepEqual(plain.data[0].embedding.map(Math.fround), [...data[0].embedding].map(Math.fround));
    assert.equal(usage.prompt_tokens, 5);
  });

  test('moderations', async () => {
    const { results } = await way.client.moderations.create({ model, input: ['kind', 'objectionable'] });
    assert.deepEqual(results.map((r) => [r.flagged, r.categories.harassment]), [[false, false], [true, true]]);
  });

  test('images', async () => {
    const image = await toFile(Buffer.from(pixel, 'base64'), 'pixel.png', { type: 'image/png' });
    const replies = [
      await way.client.images.generate({ model, prompt: 'a red square' }),
      await way.client.images.edit({ model, prompt: 'a blue square', image: [image, image] }),
      await way.client.images.createVariation({ model, image }),
    ];
    for (const { data } of replies) assert.deepEqual(Buffer.from(data[0].b64_json, 'base64').subarray(0, 8), png);
  });

  test('speech and its transcription', async () => {
    const spoken = await way.client.audio.speech.create({ model, voice: 'alloy', input: 'hello', response_format: 'wav' });
    assert.equal(spoken.headers.get('content-type'), 'audio/wav');
    const sound = Buffer.from(await spoken.arrayBuffer());
    assert.equal(sound.length, 44 + 2 * 480 * 5);
    const file = await toFile(sound, 'hello.wav');
    assert.equal((await way.client.audio.transcriptions.create({ model, file })).text, 'This is hello.wav.');
    assert.equal((await way.client.audio.translations.create({ model, file })).text, 'This is hello.wav.');
    assert.equal(await way.client.audio.transcriptions.create({ model, file, response_format: 'text' }), 'This is hello.wav.\n');
  });

  test('completions', async () => {
    const { choices } = await way.client.completions.create({ model, prompt: ['one', 'two'], max_tokens: 4, echo: true });
    assert.deepEqual(choices.map((c) => [c.index, c.text, c.finish_reason]), [
      [0, 'oneYou said: "', 'length'],
      [1, 'twoYou said: "', 'length'],
    ]);
    let said = '';
    for await (const piece of await way.client.completions.create({ model, prompt: 'hello', stream: true })) said += piece.choices[0].text;
    assert.match(said, /^You said: "hello"/);
  });

  test('refusals', async () => {
    const wrong = way.connect({ apiKey: 'sk-wrong' });
    await assert.rejects(wrong.embeddings.create({ model, input: 'x' }), OpenAI.AuthenticationError);
    for (const call of [
      (c) => c.embeddings.create({ model: 'demo-error-429', input: 'x' }),
      (c) => c.images.generate({ model: 'demo-error-429', prompt: 'x' }),
      (c) => c.audio.speech.create({ model: 'demo-error-429', voice: 'alloy', input: 'x' }),
    ]) {
      await assert.rejects(call(way.client), OpenAI.RateLimitError);
    }
  });
}
