// What goes through the proxies: a chat call of ordinary size, as one answer and as a stream.

/** Events of one streamed answer, its last chunks included. */
export const EVENTS = 100;

/** Different texts in turn: equal ones would compress far better than a host's traffic does. */
const VARIANTS = 64;

/** Words of a made-up language, the same in every run (xorshift32). */
function prose(seed: number, words: number): string {
  let state = seed * 2654435761 + 1;
  const next = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const syllables = [
    'ba',
    'ten',
    'lo',
    'ri',
    'mas',
    'ku',
    'ver',
    'no',
    'sil',
    'da',
    'pe',
    'gor',
    'ti',
    'an',
    'wes',
    'ul',
  ];
  const word = (): string => Array.from({ length: 1 + next(3) }, () => syllables[next(syllables.length)]).join('');
  return Array.from({ length: words }, word).join(' ');
}

/** Request bodies, plain or streamed. */
export function requestBodies(stream: boolean): Buffer[] {
  return Array.from({ length: VARIANTS }, (_, variant) =>
    Buffer.from(
      JSON.stringify({
        model: 'gpt-4o-mini',
        stream,
        ...(stream ? { stream_options: { include_usage: true } } : {}),
        messages: [
          // One prompt for all calls, as an app has it, and a question of its own.
          { role: 'system', content: prose(1, 110) },
          { role: 'user', content: prose(variant + 2, 100) },
        ],
        temperature: 0.2,
      }),
    ),
  );
}

const usage = {
  prompt_tokens: 312,
  completion_tokens: 240,
  total_tokens: 552,
  prompt_tokens_details: { cached_tokens: 128, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0 },
};

/** Plain answers. */
export const answers: Buffer[] = Array.from({ length: VARIANTS }, (_, variant) =>
  Buffer.from(
    JSON.stringify({
      id: `chatcmpl-bench${variant}`,
      object: 'chat.completion',
      created: 1_760_000_000,
      model: 'gpt-4o-mini-2024-07-18',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: prose(1000 + variant, 240), refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage,
      service_tier: 'default',
      system_fingerprint: 'fp_bench',
    }),
  ),
);

function event(choices: unknown[], more: object = {}): Buffer {
  const chunk = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: 'fp_bench',
    choices,
    ...more,
  };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

function delta(content: object, finish: string | null = null): Buffer {
  return event([{ index: 0, delta: content, logprobs: null, finish_reason: finish }], { usage: null });
}

/** Each is sent as a packet of its own. */
export const events: Buffer[] = [
  delta({ role: 'assistant', content: '', refusal: null }),
  ...Array.from({ length: EVENTS - 4 }, (_, index) => delta({ content: ` word${index}` })),
  delta({}, 'stop'),
  event([], { usage }),
  Buffer.from('data: [DONE]\n\n'),
];
