import { describe, expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { wireForPath } from '../wire-for-path.js';
import { wireOf } from '../wires.js';
import { openaiSession } from './openai-session.js';

/** A session in which the provider says these. */
function after(...events: unknown[]) {
  const reader = openaiSession();
  for (const event of events) reader.push(event);
  return reader;
}

const done = (response: object): object => ({ type: 'response.done', response });
const USAGE = { input_tokens: 3, output_tokens: 2 };

describe('a session with OpenAI', () => {
  test.each([
    ['/v1/realtime', 'openai-realtime'],
    ['/openai/v1/realtime/', 'openai-realtime'],
    ['/v1/realtime/sessions', null],
    ['/v1/responses', 'openai-responses'],
  ])('%s is spoken as %s', (path, wire) => {
    expect(wireForPath(path)).toBe(wire);
    if (wire !== null) expect(wireOf(wire as 'openai-realtime').session).toBeTypeOf('function');
  });

  test('reads every part of a realtime usage', () => {
    const usage = {
      ...USAGE,
      input_token_details: {
        audio_tokens: 2,
        cached_tokens: 1,
        cached_tokens_details: { audio_tokens: 1, text_tokens: 0 },
      },
      output_token_details: { audio_tokens: 2, text_tokens: 0 },
    };
    expect(after(done({ status: 'completed', usage })).answers).toEqual([
      {
        model: null,
        usage: {
          ...EMPTY_USAGE,
          inputTokens: 3,
          outputTokens: 2,
          cacheReadTokens: 1,
          inputAudioTokens: 2,
          outputAudioTokens: 2,
          cacheAudioReadTokens: 1,
        },
      },
    ]);
  });

  test('each answer has the model that was spoken with then', () => {
    const reader = after(
      { type: 'session.created', session: { model: 'a' } },
      done({ status: 'completed', usage: USAGE }),
      { type: 'session.updated', session: { model: 'b' } },
      done({ status: 'incomplete', status_details: { reason: 'max_output_tokens' }, usage: USAGE }),
      { type: 'response.completed', response: { model: 'c', status: 'completed', usage: USAGE } },
    );
    expect(reader.answers.map(({ model }) => model)).toEqual(['a', 'b', 'c']);
    expect([reader.model, reader.finishReason, reader.usageMissing]).toEqual(['c', 'completed', false]);
  });

  test.each([
    ['completed', null, true],
    ['incomplete', undefined, true],
    ['completed', {}, true],
    ['failed', null, false],
    ['cancelled', null, false],
    [undefined, null, true],
  ])('an answer that is %s with usage %o: missing %s', (status, usage, missing) => {
    expect(after(done({ status, usage })).usageMissing).toBe(missing);
  });

  test('a usage alone counts as one', () => {
    const reader = after({ type: 'session.created', session: { model: 'a' } });
    reader.pushUsage(USAGE);
    expect(reader.answers).toMatchObject([{ model: 'a', usage: { inputTokens: 3 } }]);
    reader.pushUsage(null);
    expect(reader.usageMissing).toBe(true);
  });

  test('reads image tokens, and how much of them was cached', () => {
    const usage = {
      ...USAGE,
      input_token_details: { image_tokens: 2, cached_tokens: 1, cached_tokens_details: { image_tokens: 1 } },
    };
    expect(after(done({ status: 'completed', usage })).answers).toMatchObject([
      { usage: { inputImageTokens: 2, cacheImageReadTokens: 1, cacheReadTokens: 1 } },
    ]);
  });

  describe('what the user says is written down', () => {
    const said = (usage?: object) => ({
      type: 'conversation.item.input_audio_transcription.completed',
      transcript: 'Hi',
      usage,
    });
    const tokens = {
      type: 'tokens',
      input_tokens: 14,
      input_token_details: { audio_tokens: 14, text_tokens: 0 },
      output_tokens: 5,
      total_tokens: 19,
    };
    const created = {
      type: 'session.created',
      session: {
        type: 'realtime',
        model: 'gpt-realtime',
        audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } },
      },
    };

    test('by a model of its own, which is charged on its own', () => {
      const reader = after(created, said(tokens), done({ status: 'completed', usage: USAGE }));
      expect(reader.answers).toMatchObject([
        { model: 'gpt-4o-transcribe', usage: { inputTokens: 14, inputAudioTokens: 14, outputTokens: 5 } },
        { model: 'gpt-realtime', usage: { inputTokens: 3, outputTokens: 2 } },
      ]);
      expect([reader.model, reader.usageMissing]).toEqual(['gpt-realtime', false]);
    });

    test('by the second, in a session of the beta and in one for nothing else', () => {
      const session = { input_audio_transcription: { model: 'whisper-1' } };
      const bySecond = said({ type: 'duration', seconds: 3 });
      const beta = after({ type: 'session.updated', session: { model: 'a', ...session } }, bySecond);
      expect(beta.answers).toMatchObject([
        { model: 'whisper-1', usage: { inputTokens: null, outputTokens: null, inputAudioSeconds: 3 } },
      ]);
      expect(after({ type: 'transcription_session.updated', session }, bySecond).answers).toEqual(beta.answers);
      const audio = { input: { transcription: { model: 'whisper-1' } } };
      const only = after({ type: 'session.created', session: { type: 'transcription', audio } }, bySecond);
      expect([only.model, only.answers]).toEqual(['whisper-1', beta.answers]);
    });

    test('without a usage, or by nobody knows whom: missing', () => {
      expect(after(created, said()).usageMissing).toBe(true);
      expect(after(said(tokens))).toMatchObject({ usageMissing: true, answers: [] });
    });
  });

  test.each([
    [null],
    ['text'],
    [[]],
    [{ type: 3 }],
    [{ type: 'response.delta', usage: USAGE }],
    [{ type: 'session.created' }],
  ])('%o changes nothing', (event) => {
    const { answers, model, usageMissing } = after(event);
    expect([answers, model, usageMissing]).toEqual([[], null, false]);
  });
});
