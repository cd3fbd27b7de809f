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
import { call } from '../tally.mjs';
import { pixel, words } from './plain.mjs';

const weather = tool({
  description: 'the weather of a place',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `sunny in ${city}`,
});
const schema = z.object({ title: z.string(), points: z.number().int() });

export function ai(way) {
  const asking = (scenario, params) => ({ model: way.client.chat(way.model(scenario)), prompt: 'hello', maxRetries: 0, ...params });

  call('plain', async () => {
    const { text, finishReason, usage } = await generateText(asking('text', { system: 'be brief', temperature: 0.5 }));
    assert.deepEqual([text, finishReason, usage.inputTokens, usage.outputTokens], [words, 'stop', 11, 8]);
    const { body } = await way.seen('text');
    if (way.vendor === 'openai') {
      const messages = [{ role: 'system', content: 'be brief' }, { role: 'user', content: 'hello' }];
      assert.deepEqual(body, { model: 'text', temperature: 0.5, messages });
      return;
    }
    const { max_tokens: limit, ...rest } = body; // which Anthropic has to be told
    const block = (said) => [{ type: 'text', text: said }];
    const messages = [{ role: 'user', content: block('hello') }];
    assert.ok(limit > 0);
    assert.deepEqual(rest, { model: 'text', temperature: 0.5, messages, system: block('be brief') });
  });

  call('stream', async () => {
    const stream = streamText(asking('text'));
    const pieces = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    assert.deepEqual([pieces.length, pieces.join('')], [8, words]);
    assert.deepEqual([await stream.finishReason, (await stream.usage).totalTokens], ['stop', 19]);
  });

  call('tool loop', async () => {
    const { text, steps } = await generateText(asking('tool', { tools: { weather }, stopWhen: stepCountIs(3) }));
    assert.equal(text, 'The tools say: sunny in alpha');
    assert.deepEqual(steps[0].toolCalls.map((c) => [c.toolName, c.input]), [['weather', { city: 'alpha' }]]);
  });

  call('streamed tool loop', async () => {
    const stream = streamText(asking('tool', { tools: { weather }, stopWhen: stepCountIs(3) }));
    assert.equal(await stream.text, 'The tools say: sunny in alpha');
    assert.equal((await stream.steps).length, 2);
  });

  call('structured output', async () => {
    const { object } = await generateObject(asking('json', { schema }));
    assert.deepEqual(object, { title: 'alpha', points: 7 });
    let last;
    for await (const partial of streamObject(asking('json', { schema })).partialObjectStream) last = partial;
    assert.deepEqual(last, object);
  });

  call('image', async () => {
    const content = [{ type: 'image', image: Buffer.from(pixel, 'base64'), mediaType: 'image/png' }];
    const { text } = await generateText(asking('image', { prompt: [{ role: 'user', content }] }));
    assert.equal(text, 'I see 1: image/png, 70 bytes');
  });

  for (const [scenario, status] of [['401', 401], ['429-7', 429], ['400-context', 400]]) {
    call(scenario.split('-')[0], async () => {
      const refused = (error) => APICallError.isInstance(error) && error.statusCode === status;
      await assert.rejects(generateText(asking(scenario)), refused);
      let seen;
      await streamText(asking(scenario, { onError: ({ error }) => (seen = error) })).consumeStream();
      assert.ok(refused(seen), `${seen}`);
    }, `refusal ${scenario}`);
  }

  test('wrong key', async () => {
    const model = way.connect({ apiKey: 'sk-wrong' }).chat(way.model('text'));
    await assert.rejects(generateText({ model, prompt: 'hello', maxRetries: 0 }), (error) => error.statusCode === 401);
    assert.deepEqual(await way.upstream.requests('text'), []);
  });

  call('cut stream', async () => {
    let seen;
    let said = '';
    for await (const piece of streamText(asking('cut', { onError: ({ error }) => (seen = error) })).textStream) said += piece;
    assert.equal(said, 'alpha bravo');
    assert.ok(seen);
  });

  call('abort', async () => {
    const leaving = new AbortController();
    const { textStream } = streamText(asking('pace-40-20ms', { abortSignal: leaving.signal }));
    for await (const piece of textStream) if (piece) leaving.abort();
    if (way.mode === 'lambda') return; // which is not told that the client went
    assert.ok((await way.upstream.logUntil('left', 'pace-40-20ms')).events < 40);
  });

  call('responses', async () => {
    const model = way.client.responses(way.model('text'));
    assert.equal((await generateText({ model, prompt: 'hello' })).text, words);
    assert.equal(await streamText({ model, prompt: 'hello' }).text, words);
    if (way.vendor === 'anthropic') return;
    const input = [{ role: 'user', content: [{ type: 'input_text', text: 'hello' }] }];
    assert.deepEqual((await way.seen('text')).body, { model: 'text', input, stream: true });
  });

  if (way.vendor === 'openai') operations(way);
}

// operations are those that only OpenAI's models have.
function operations(way) {
  call('embeddings', async () => {
    const model = way.client.embedding(way.model('text'));
    const { embedding, usage } = await embed({ model, value: 'a red car' });
    const values = ['a red car', 'a report'];
    const { embeddings } = await embedMany({ model, values });
    assert.deepEqual([embedding.slice(0, 2), usage.tokens], [[0.0625, 0.125], 11]);
    assert.deepEqual(embeddings.map((e) => e.slice(0, 2)), [[0.0625, 0.125], [0, 0.0625]]);
    assert.deepEqual((await way.seen('text')).body, { model: 'text', input: values, encoding_format: 'float' });
  });

  call('images', async () => {
    const { image } = await generateImage({ model: way.client.image(way.model('text')), prompt: 'a red square' });
    assert.deepEqual([image.mediaType, image.base64], ['image/png', pixel]);
    const { prompt, model, n } = (await way.seen('text')).body;
    assert.deepEqual([prompt, model, n], ['a red square', 'text', 1]);
  });

  call('speech and its transcription', async () => {
    const { audio } = await generateSpeech({ model: way.client.speech(way.model('text')), text: 'hello', outputFormat: 'wav' });
    assert.equal(audio.uint8Array.length, 16 * words.length);
    assert.deepEqual((await way.seen('text')).body, { model: 'text', input: 'hello', voice: 'alloy', response_format: 'wav' });
    const { text } = await transcribe({ model: way.client.transcription(way.model('text')), audio: audio.uint8Array });
    assert.equal(text, words);
    const sent = Object.fromEntries((await way.seenForm('text')).form);
    assert.equal(sent.model, 'text');
    assert.deepEqual(Buffer.from(await sent.file.arrayBuffer()), Buffer.from(audio.uint8Array));
  });
}
