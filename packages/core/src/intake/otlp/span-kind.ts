import type { Span } from './span.js';
import type { SpanAttributes } from './span-attributes.js';

/** What a span is about; `other`: nothing that is recorded. */
export type SpanKind = 'chat' | 'completion' | 'embeddings' | 'tool' | 'search' | 'other';

/** `gen_ai.operation.name`, and the older `llm.request.type`. Agents and workflows consist of calls that have spans of their own. */
const OPERATIONS: ReadonlyMap<string, SpanKind> = new Map([
  ['chat', 'chat'],
  ['generate_content', 'chat'],
  ['text_completion', 'completion'],
  ['completion', 'completion'],
  ['embeddings', 'embeddings'],
  ['embedding', 'embeddings'],
  ['execute_tool', 'tool'],
  ['retrieval', 'search'],
]);

/** Vercel's AI SDK names the inner span of a call, which is the one to the provider: `ai.generateText.doGenerate`. */
const AI_SDK_CALL = /^ai\.\w+\.do(Generate|Stream|Embed)$/;

/** Attributes that only calls of models have. */
const OF_A_CALL = ['gen_ai.request.model', 'gen_ai.response.model', 'llm.request.model', 'gen_ai.prompt.0.content'];

/** Tells what a span is about. */
export function spanKind(span: Pick<Span, 'attributes'>, attributes: SpanAttributes): SpanKind {
  const aiSdk = attributes.text('ai.operationId');
  if (aiSdk !== null) return kindOfAiSdk(aiSdk);
  const operation = attributes.text('gen_ai.operation.name', 'llm.request.type');
  if (operation !== null) return OPERATIONS.get(operation.toLowerCase()) ?? 'other';
  const traceloop = attributes.text('traceloop.span.kind');
  if (traceloop !== null) return traceloop === 'tool' ? 'tool' : 'other';
  if (attributes.text('vector_db.vendor') !== null) return 'search';
  return OF_A_CALL.some((name) => span.attributes.has(name)) ? 'chat' : 'other';
}

/** The outer spans of a call tell the same once more, or the sum of several. */
function kindOfAiSdk(operation: string): SpanKind {
  if (operation === 'ai.toolCall') return 'tool';
  const call = AI_SDK_CALL.exec(operation)?.[1];
  if (call === undefined) return 'other';
  return call === 'Embed' ? 'embeddings' : 'chat';
}
