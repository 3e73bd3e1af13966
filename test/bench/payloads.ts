// What goes through the proxies: a chat call of ordinary size, as one answer and as a stream.

/** Events of one streamed answer, its last chunks included. */
export const EVENTS = 100;

const question =
  'Explain to a new colleague how our billing run works, step by step, and what to check when it fails. ';

export function requestBody(stream: boolean): Buffer {
  return Buffer.from(
    JSON.stringify({
      model: 'gpt-4o-mini',
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      messages: [
        { role: 'system', content: 'You are a helpful assistant of a billing team. Answer briefly and precisely.' },
        { role: 'user', content: question.repeat(12) },
      ],
      temperature: 0.2,
    }),
  );
}

const usage = {
  prompt_tokens: 312,
  completion_tokens: 240,
  total_tokens: 552,
  prompt_tokens_details: { cached_tokens: 128, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0 },
};

export const answer: Buffer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'First the invoices are drawn up. '.repeat(40), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
    service_tier: 'default',
    system_fingerprint: 'fp_bench',
  }),
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
