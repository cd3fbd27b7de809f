// Tool calls, there and back, and structured output.
import assert from 'node:assert/strict';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { call } from '../tally.mjs';

const definitions = ['weather', 'traffic'].map((name) => ({
  type: 'function',
  function: {
    name,
    description: `the ${name} of a place`,
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city', 'days'],
    },
  },
}));
const question = { role: 'user', content: 'how is it outside?' };
const args = { city: 'alpha', days: 7 };

export function tools(way) {
  call('tool loop', async () => {
    const first = await way.ask('tool', { messages: [question], tools: definitions });
    const { message, finish_reason } = first.choices[0];
    assert.equal(finish_reason, 'tool_calls');
    assert.equal(message.tool_calls[0].function.name, 'weather');
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), args);

    const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'sunny' };
    const second = await way.ask('tool', { messages: [question, message, result], tools: definitions });
    assert.equal(second.choices[0].message.content, 'The tools say: sunny');
  });

  call('streamed tools', async () => {
    const calls = [];
    let finish;
    for await (const chunk of await way.ask('tools', { messages: [question], tools: definitions, stream: true })) {
      finish = chunk.choices[0].finish_reason ?? finish;
      for (const delta of chunk.choices[0].delta.tool_calls ?? []) {
        const call = (calls[delta.index] ??= { id: '', name: '', arguments: '' });
        call.id += delta.id ?? '';
        call.name += delta.function.name ?? '';
        call.arguments += delta.function.arguments ?? '';
      }
    }
    assert.equal(finish, 'tool_calls');
    assert.deepEqual(calls.map((c) => c.name), ['weather', 'traffic']);
    for (const call of calls) assert.deepEqual(JSON.parse(call.arguments), args);
  });

  call('tool runner', async () => {
    const runner = way.client.chat.completions.runTools({
      model: way.model('tool'),
      messages: [question],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'the weather of a place',
            parameters: definitions[0].function.parameters,
            parse: JSON.parse,
            function: ({ city }) => `sunny in ${city}`,
          },
        },
      ],
    });
    assert.equal(await runner.finalContent(), 'The tools say: sunny in alpha');
  });

  call('structured output', async () => {
    const shape = z.object({ title: z.string(), steps: z.array(z.object({ points: z.number().int() })) });
    const reply = await way.client.chat.completions.parse({
      model: way.model('json'),
      messages: [question],
      response_format: zodResponseFormat(shape, 'solution'),
    });
    assert.deepEqual(reply.choices[0].message.parsed, { title: 'alpha', steps: [{ points: 7 }] });
  });
}
