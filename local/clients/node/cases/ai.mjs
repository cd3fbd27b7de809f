// Vercel's AI SDK with its OpenAI provider.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  APICallError,
  embed,
  embedMany,
  experimental_generateSpeech as generateSpeech,
  experimental_transcribe as transcribe,
  generateImage,
  generateObject,
  generateText,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from 'ai';
import { z } from 'zod';
import { pixel, words } from './plain.mjs';

const weather = tool({
  description: 'the weather of a place',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `sunny in ${city}`,
});
const schema = z.object({ title: z.string(), points: z.number().int() });

export function ai(way) {
  const asking = (scenario, params) => ({ model: way.client.chat(way.model(scenario)), prompt: 'hello', maxRetries: 0, ...params });

  test('text', async () => {
    const { text, finishReason, usage } = await generateText(asking('text', { system: 'be brief', temperature: 0.5 }));
    assert.deepEqual([text, finishReason, usage.inputTokens, usage.outputTokens], [words, 'stop', 11, 8]);
    const { raw } = await way.seen('text');
    assert.match(raw, /be brief/);
    assert.match(raw, /"temperature":0.5/);
  });

  test('stream', async () => {
    const stream = streamText(asking('text'));
    const pieces = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    assert.deepEqual([pieces.length, pieces.join('')], [8, words]);
    assert.deepEqual([await stream.finishReason, (await stream.usage).totalTokens], ['stop', 19]);
  });

  test('tool loop', async () => {
    const { text, steps } = await generateText(asking('tool', { tools: { weather }, stopWhen: stepCountIs(3) }));
    assert.equal(text, 'The tools say: sunny in alpha');
    assert.deepEqual(steps[0].toolCalls.map((c) => [c.toolName, c.input]), [['weather', { city: 'alpha' }]]);
  });

  test('streamed tool loop', async () => {
    const stream = streamText(asking('tool', { tools: { weather }, stopWhen: stepCountIs(3) }));
    assert.equal(await stream.text, 'The tools say: sunny in alpha');
    assert.equal((await stream.steps).length, 2);
  });

  test('structured output', async () => {
    const { object } = await generateObject(asking('json', { schema }));
    assert.deepEqual(object, { title: 'alpha', points: 7 });
    let last;
    for await (const partial of streamObject(asking('json', { schema })).partialObjectStream) last = partial;
    assert.deepEqual(last, object);
  });

  test('image', async () => {
    const content = [{ type: 'image', image: Buffer.from(pixel, 'base64'), mediaType: 'image/png' }];
    const { text } = await generateText(asking('image', { prompt: [{ role: 'user', content }] }));
    assert.equal(text, 'I see 1: image/png, 70 bytes');
  });

  for (const [scenario, status] of [['401', 401], ['429-7', 429], ['400-context', 400]]) {
    test(`refusal ${scenario}`, async () => {
      const refused = (error) => APICallError.isInstance(error) && error.statusCode === status;
      await assert.rejects(generateText(asking(scenario)), refused);
      let seen;
      await streamText(asking(scenario, { onError: ({ error }) => (seen = error) })).consumeStream();
      assert.ok(refused(seen), `${seen}`);
    });
  }

  test('wrong key', async () => {
    const model = way.connect({ apiKey: 'sk-wrong' }).chat(way.model('text'));
    await assert.rejects(generateText({ model, prompt: 'hello', maxRetries: 0 }), (error) => error.statusCode === 401);
    assert.deepEqual(await way.upstream.requests('text'), []);
  });

  test('a cut stream raises', async () => {
    let seen;
    let said = '';
    for await (const piece of streamText(asking('cut', { onError: ({ error }) => (seen = error) })).textStream) said += piece;
    assert.equal(said, 'alpha bravo');
    assert.ok(seen);
  });

  test('an aborted stream', async () => {
    const leaving = new AbortController();
    const { textStream } = streamText(asking('pace-40-20ms', { abortSignal: leaving.signal }));
    for await (const piece of textStream) if (piece) leaving.abort();
    assert.ok((await way.upstream.logUntil('left', 'pace-40-20ms')).events < 40);
  });

  if (way.vendor === 'anthropic') {
    test('responses', async () => {
      const model = way.client.responses(way.model('text'));
      assert.equal((await generateText({ model, prompt: 'hello' })).text, words);
      assert.equal(await streamText({ model, prompt: 'hello' }).text, words);
    });
    return;
  }

  test('embeddings', async () => {
    const model = way.client.embedding('demo');
    const { embedding } = await embed({ model, value: 'a red car' });
    const { embeddings } = await embedMany({ model, values: ['a red car', 'a report'] });
    assert.equal(embeddings.length, 2);
    assert.deepEqual(embeddings[0], embedding);
  });

  test('images, speech and transcription', async () => {
    const { image } = await generateImage({ model: way.client.image('demo'), prompt: 'a red square' });
    assert.equal(image.mediaType, 'image/png');
    const { audio } = await generateSpeech({ model: way.client.speech('demo'), text: 'hello', outputFormat: 'wav' });
    assert.equal(audio.uint8Array.length, 44 + 2 * 480 * 5);
    const { text } = await transcribe({ model: way.client.transcription('demo'), audio: audio.uint8Array });
    assert.match(text, /^This is /);
  });
}
