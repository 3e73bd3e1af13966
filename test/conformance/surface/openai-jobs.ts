import { all } from './all.js';
import type { TypedEvent } from './answer.js';
import { deleted, events, json, type OpenAICase, page } from './openai-sdk.js';

const MODEL = { id: 'gpt-4o', object: 'model', created: 1686935002, owned_by: 'openai' };
const TUNED = 'ft:gpt-4o-mini:acemeco:suffix:abc123';

const JOB = {
  object: 'fine_tuning.job',
  id: 'ftjob-abc123',
  model: 'gpt-4o-mini-2024-07-18',
  created_at: 1721764800,
  status: 'queued',
  training_file: 'file-abc123',
  hyperparameters: { n_epochs: 'auto' },
};
const CHECKPOINT = { object: 'fine_tuning.job.checkpoint', id: 'ftckpt_1', step_number: 2000, metrics: { step: 2000 } };

const EVAL = { object: 'eval', id: 'eval_1', name: 'Sentiment', testing_criteria: [], metadata: {} };
const RUN_OF_EVAL = { object: 'eval.run', id: 'evalrun_1', eval_id: 'eval_1', status: 'queued', model: 'gpt-4o-mini' };

/** Models, and what is done with them over hours. */
const JOBS: readonly OpenAICase[] = [
  {
    name: 'models',
    answers: [page([MODEL, { ...MODEL, id: 'o3' }]), json({ ...MODEL, id: TUNED }), deleted(TUNED, 'model')],
    run: async ({ models }) => [await all(models.list()), await models.retrieve(TUNED), await models.delete(TUNED)],
    gives: [[{ id: 'gpt-4o' }, { id: 'o3' }], { id: TUNED }, { deleted: true }],
  },
  {
    name: 'fine-tuning jobs',
    answers: [
      json(JOB),
      json(JOB),
      page([JOB], true),
      page([{ ...JOB, id: 'ftjob-2' }]),
      page([{ object: 'fine_tuning.job.event', id: 'ftevent-1', level: 'info', message: 'Step 90' } as { id: string }]),
      page([CHECKPOINT]),
      json({ ...JOB, status: 'paused' }),
      json(JOB),
      json({ ...JOB, status: 'cancelled' }),
    ],
    async run({ fineTuning: { jobs } }) {
      const id = 'ftjob-abc123';
      return [
        await jobs.create({ training_file: 'file-abc123', model: 'gpt-4o-mini', seed: 42 }),
        await jobs.retrieve(id),
        await all(jobs.list({ limit: 1 })),
        await all(jobs.listEvents(id, { limit: 2 })),
        await all(jobs.checkpoints.list(id)),
        await jobs.pause(id),
        await jobs.resume(id),
        await jobs.cancel(id),
      ];
    },
  },
  {
    name: 'evals and their runs',
    answers: [
      json(EVAL),
      json(RUN_OF_EVAL),
      page([RUN_OF_EVAL]),
      json({ ...RUN_OF_EVAL, status: 'canceled' }),
      json({ eval_id: 'eval_1', deleted: true }),
    ],
    run: async ({ evals }) => [
      await evals.create({
        name: 'Sentiment',
        data_source_config: { type: 'stored_completions', metadata: { usecase: 'chatbot' } },
        testing_criteria: [{ type: 'string_check', name: 'same', input: '{{a}}', reference: '{{b}}', operation: 'eq' }],
      }),
      await evals.runs.create('eval_1', {
        data_source: { type: 'jsonl', source: { type: 'file_id', id: 'file-abc123' } },
      }),
      await all(evals.runs.list('eval_1')),
      await evals.runs.cancel('evalrun_1', { eval_id: 'eval_1' }),
      await evals.delete('eval_1'),
    ],
  },
];

const ASSISTANT = {
  id: 'asst_abc123',
  object: 'assistant',
  created_at: 1698984975,
  name: 'Math Tutor',
  model: 'gpt-4o',
};
const THREAD = { id: 'thread_abc123', object: 'thread', created_at: 1699012949, metadata: {}, tool_resources: {} };
const RUN = {
  id: 'run_abc123',
  object: 'thread.run',
  created_at: 1699063290,
  assistant_id: 'asst_abc123',
  thread_id: 'thread_abc123',
  status: 'queued',
  model: 'gpt-4o',
  usage: null,
};
const STEP = {
  id: 'step_1',
  object: 'thread.run.step',
  run_id: 'run_abc123',
  type: 'message_creation',
  status: 'completed',
  step_details: { type: 'message_creation', message_creation: { message_id: 'msg_001' } },
};

function message(text: string): { id: string } {
  const content = text === '' ? [] : [{ type: 'text', text: { value: text, annotations: [] } }];
  return { id: 'msg_001', object: 'thread.message', role: 'assistant', thread_id: 'thread_abc123', content } as {
    id: string;
  };
}

/** Events of a run; `type` becomes the event’s name, since the data has none. */
function runEvents(): TypedEvent[] {
  const delta = (value: string, index = 0) => ({
    type: 'thread.message.delta',
    data: {
      id: 'msg_001',
      object: 'thread.message.delta',
      delta: { content: [{ index, type: 'text', text: { value } }] },
    },
  });
  return [
    { type: 'thread.run.created', data: RUN },
    { type: 'thread.run.in_progress', data: { ...RUN, status: 'in_progress' } },
    { type: 'thread.run.step.created', data: { ...STEP, status: 'in_progress' } },
    { type: 'thread.message.created', data: message('') },
    delta('Olá'),
    delta(' — 好!'),
    { type: 'thread.message.completed', data: message('Olá — 好!') },
    { type: 'thread.run.step.completed', data: STEP },
    {
      type: 'thread.run.completed',
      data: { ...RUN, status: 'completed', usage: { prompt_tokens: 20, total_tokens: 31 } },
    },
  ];
}

const RUN_STREAM = events([
  ...runEvents().map(({ type, data }) => `event: ${type}\ndata: ${JSON.stringify(data)}`),
  'event: done\ndata: [DONE]',
]);

/** Assistants, threads and their runs. */
const ASSISTANTS: readonly OpenAICase[] = [
  {
    name: 'assistants',
    answers: [
      json(ASSISTANT),
      json(ASSISTANT),
      page([ASSISTANT]),
      json(ASSISTANT),
      deleted('asst_abc123', 'assistant.deleted'),
    ],
    run: async ({ beta: { assistants } }) => [
      await assistants.create({ model: 'gpt-4o', name: 'Math Tutor', tools: [{ type: 'code_interpreter' }] }),
      await assistants.retrieve('asst_abc123'),
      await all(assistants.list({ order: 'desc', limit: 20 })),
      await assistants.update('asst_abc123', { name: 'Tutor' }),
      await assistants.delete('asst_abc123'),
    ],
  },
  {
    name: 'threads and their messages',
    answers: [
      json(THREAD),
      json(THREAD),
      json(message('How does AI work?')),
      page([message('How?')]),
      json(message('How?')),
      deleted('msg_001', 'thread.message.deleted'),
      deleted('thread_abc123', 'thread.deleted'),
    ],
    async run({ beta: { threads } }) {
      const inside = { thread_id: 'thread_abc123' };
      return [
        await threads.create({ messages: [{ role: 'user', content: 'Hello' }] }),
        await threads.retrieve('thread_abc123'),
        await threads.messages.create('thread_abc123', { role: 'user', content: 'How does AI work?' }),
        await all(threads.messages.list('thread_abc123')),
        await threads.messages.retrieve('msg_001', inside),
        await threads.messages.delete('msg_001', inside),
        await threads.delete('thread_abc123'),
      ];
    },
  },
  {
    name: 'runs of a thread',
    answers: [
      json(RUN),
      json({ ...RUN, status: 'requires_action' }),
      json(RUN),
      page([RUN]),
      page([STEP]),
      json({ ...RUN, status: 'cancelling' }),
      json(RUN),
    ],
    async run({ beta: { threads } }) {
      const inside = { thread_id: 'thread_abc123' };
      return [
        await threads.runs.create('thread_abc123', { assistant_id: 'asst_abc123' }),
        await threads.runs.retrieve('run_abc123', inside),
        await threads.runs.submitToolOutputs('run_abc123', {
          ...inside,
          tool_outputs: [{ tool_call_id: 'c', output: '22 °C' }],
        }),
        await all(threads.runs.list('thread_abc123')),
        await all(threads.runs.steps.list('run_abc123', inside)),
        await threads.runs.cancel('run_abc123', inside),
        await threads.createAndRun({
          assistant_id: 'asst_abc123',
          thread: { messages: [{ role: 'user', content: 'Hi' }] },
        }),
      ];
    },
  },
  {
    name: 'run of a thread, streamed',
    answers: [RUN_STREAM],
    run: (openai) =>
      all(openai.beta.threads.runs.create('thread_abc123', { assistant_id: 'asst_abc123', stream: true })),
    gives: runEvents().map(({ type, data }) => ({ event: type, data })),
  },
  {
    name: 'run of a thread, streamed by the helper',
    answers: [RUN_STREAM],
    async run(openai) {
      const stream = openai.beta.threads.runs.stream('thread_abc123', { assistant_id: 'asst_abc123' });
      const texts: string[] = [];
      stream.on('textDelta', ({ value }) => texts.push(value ?? ''));
      return { messages: await stream.finalMessages(), run: await stream.finalRun(), texts };
    },
    gives: { run: { status: 'completed' }, texts: ['Olá', ' — 好!'] },
  },
];

export const JOB_CASES: readonly OpenAICase[] = [...JOBS, ...ASSISTANTS];
