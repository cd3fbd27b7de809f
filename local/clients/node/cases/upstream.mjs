// What OpenAI's client asks for beside chat, of OpenAI's own models: values of
// its types, and what the upstream got, which is what the client sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { keys, masterKey } from '../config.mjs';
import { call } from '../tally.mjs';
import { pixel, words } from './plain.mjs';

const picture = Buffer.from(pixel, 'base64');
const noise = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE\r\n--'), Buffer.from(Array.from({ length: 256 }, (_, i) => i))]);
const spoken = Buffer.from(Array.from({ length: 16 * words.length }, (_, i) => i % 256)); // what the fake upstream says
const component = (letters, j) => ((letters + j) % 16) / 16 - 0.5;

export function upstream(way) {
  const model = way.model('text');

  // sent holds that the upstream got this body, and the gateway's key.
  async function sent(want, scenario = 'text') {
    const { raw, body, header } = await way.seen(scenario);
    assert.deepEqual(body, { ...want, model: scenario });
    if (!way.gateway) return;
    assert.equal(header.authorization, `Bearer ${keys.openai}`);
    assert.ok(!(raw + JSON.stringify(header)).includes(masterKey));
  }

  // sentForm holds that it got these fields and files.
  async function sentForm(want) {
    const { form, header } = await way.seenForm('text');
    const got = await Promise.all(form.map(async ([name, v]) => [name, typeof v === 'string' ? v : [v.name, v.type, Buffer.from(await v.arrayBuffer())]]));
    const byName = (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
    assert.deepEqual(got.sort(byName), [...want, ['model', 'text']].sort(byName));
    if (way.gateway) assert.equal(header.authorization, `Bearer ${keys.openai}`);
  }

  call('embeddings', async () => {
    const asked = { input: ['a', 'héllo ☃'], dimensions: 4, user: 'someone' };
    for (const encoding_format of ['float', 'base64']) {
      const { data, usage } = await way.client.embeddings.create({ model, ...asked, encoding_format });
      const vectors = data.map((d) => (encoding_format === 'float' ? d.embedding : floats(d.embedding)));
      assert.deepEqual(vectors, [1, 10].map((letters) => [0, 1, 2, 3].map((j) => component(letters, j))));
      assert.deepEqual([usage.prompt_tokens, usage.total_tokens], [22, 22]);
      await sent({ ...asked, encoding_format });
    }
    const { data } = await way.client.embeddings.create({ model, ...asked });
    assert.deepEqual(data[1].embedding, [0, 1, 2, 3].map((j) => component(10, j)));
    await sent({ ...asked, encoding_format: 'base64' }); // unless it is told otherwise
  });

  call('moderations', async () => {
    const input = ['one', 'two'];
    const { results } = await way.client.moderations.create({ model: way.model('filtered'), input });
    assert.deepEqual(results.map((r) => [r.flagged, r.categories.harassment, r.category_scores.harassment]), [[true, true, 0.9375], [true, true, 0.9375]]);
    await sent({ input }, 'filtered');
  });

  call('images', async () => {
    const asked = { prompt: 'ein Haus ☃', n: 2, size: '1024x1536', quality: 'high' };
    const { data, size, usage } = await way.client.images.generate({ model, ...asked });
    assert.deepEqual([data.map((d) => d.b64_json), size, usage.output_tokens], [[pixel, pixel], '1024x1536', 544]);
    await sent(asked);
  });

  call('streamed images', async () => {
    const asked = { prompt: 'a red square', stream: true, partial_images: 1 };
    const events = [];
    for await (const event of await way.client.images.generate({ model, ...asked })) events.push(event);
    assert.deepEqual(events.map((e) => [e.type, e.b64_json]), [['image_generation.partial_image', pixel], ['image_generation.completed', pixel]]);
    await sent(asked);
  });

  call('image edits', async () => {
    const image = await toFile(picture, 'pixel.png', { type: 'image/png' });
    const mask = await toFile(noise, 'mask.png', { type: 'image/png' });
    const one = await way.client.images.edit({ model, prompt: 'blau ☃', image, mask, n: 2 });
    assert.deepEqual(one.data.map((d) => d.b64_json), [pixel, pixel]);
    assert.equal(one.usage.input_tokens_details.image_tokens, picture.length + noise.length);
    const files = { image: ['pixel.png', 'image/png', picture], mask: ['mask.png', 'image/png', noise] };
    await sentForm([['prompt', 'blau ☃'], ['n', '2'], ['image', files.image], ['mask', files.mask]]);
    await way.client.images.edit({ model, prompt: 'x', image: [image, mask] });
    await sentForm([['prompt', 'x'], ['image[]', files.image], ['image[]', files.mask]]);
  });

  call('speech', async () => {
    for (const [format, type] of [['mp3', 'audio/mpeg'], ['wav', 'audio/wav']]) {
      const asked = { voice: 'alloy', input: 'hello ☃', response_format: format };
      const reply = await way.client.audio.speech.create({ model, ...asked });
      assert.equal(reply.headers.get('content-type'), type);
      assert.deepEqual(Buffer.from(await reply.arrayBuffer()), spoken);
      await sent(asked);
    }
  });

  call('abort of speech', async () => {
    const leaving = new AbortController();
    const asked = { model: way.model('pace-40-20ms'), voice: 'alloy', input: 'x' };
    const reply = await way.client.audio.speech.create(asked, { signal: leaving.signal });
    const { value } = await reply.body.getReader().read();
    assert.deepEqual(Buffer.from(value), spoken.subarray(0, value.length));
    leaving.abort();
    if (way.mode === 'lambda') return; // which is not told that the client went
    assert.ok((await way.upstream.logUntil('left', 'pace-40-20ms')).events < 40);
  });

  call('transcriptions', async () => {
    const file = await toFile(noise, 'meeting.wav', { type: 'audio/wav' });
    const hear = (params) => way.client.audio.transcriptions.create({ model, file, ...params });
    const attached = ['file', ['meeting.wav', 'audio/wav', noise]];
    const { text, usage } = await hear({ language: 'en' });
    assert.deepEqual([text, usage.total_tokens], [words, 19]);
    await sentForm([attached, ['language', 'en']]);
    const told = await hear({ response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'] });
    assert.deepEqual([told.duration, told.segments[0].text, told.words.map((w) => w.word).join(' ')], [4, words, words]);
    await sentForm([attached, ['response_format', 'verbose_json'], ['timestamp_granularities[]', 'word'], ['timestamp_granularities[]', 'segment']]);
    assert.equal(await hear({ response_format: 'text' }), `${words}\n`);
    assert.match(await hear({ response_format: 'vtt' }), /^WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nalpha/);
    const events = [];
    for await (const event of await hear({ stream: true })) events.push(event);
    assert.deepEqual([events.length, events.at(-1).type, events.at(-1).text], [9, 'transcript.text.done', words]);
  });

  call('translations', async () => {
    const file = await toFile(noise, 'meeting.wav', { type: 'audio/wav' });
    assert.equal((await way.client.audio.translations.create({ model, file, prompt: 'Ada' })).text, words);
    await sentForm([['file', ['meeting.wav', 'audio/wav', noise]], ['prompt', 'Ada']]);
  });

  test('refusals of operations', async () => {
    const file = () => toFile(noise, 'meeting.wav', { type: 'audio/wav' });
    for (const ask of [
      (c, model) => c.embeddings.create({ model, input: 'x' }),
      (c, model) => c.moderations.create({ model, input: 'x' }),
      (c, model) => c.images.generate({ model, prompt: 'x' }),
      (c, model) => c.audio.speech.create({ model, voice: 'alloy', input: 'x' }),
      async (c, model) => c.audio.transcriptions.create({ model, file: await file() }),
    ]) {
      await assert.rejects(ask(way.client, way.model('401')), OpenAI.AuthenticationError);
      await assert.rejects(ask(way.client, way.model('429-7')), (error) => error instanceof OpenAI.RateLimitError && error.headers.get('retry-after') === '7');
    }
  });
}

// completions are OpenAI's legacy ones, of models that complete texts.
export function completions(way) {
  call('completions', async () => {
    const asked = { prompt: ['héllo ☃', 'two'], suffix: ' end', max_tokens: 100, echo: true };
    const { choices, usage } = await way.client.completions.create({ model: way.model('text'), ...asked });
    assert.deepEqual(choices.map((c) => [c.index, c.text, c.finish_reason]), [[0, `héllo ☃${words}`, 'stop'], [1, `two${words}`, 'stop']]);
    assert.equal(usage.completion_tokens, 16);
    assert.deepEqual((await way.seen('text')).body, { ...asked, model: 'text' });
  });

  call('streamed completions', async () => {
    const pieces = [];
    const asked = { prompt: 'hello', max_tokens: 2, stream: true };
    for await (const piece of await way.client.completions.create({ model: way.model('text'), ...asked })) pieces.push(piece.choices[0]);
    assert.deepEqual([pieces.map((p) => p.text).join(''), pieces.at(-1).finish_reason], ['alpha bravo', 'length']);
  });
}

// floats reads an embedding in base64.
function floats(text) {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}
