import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { rebuildMessage } from './anthropic-rebuild.js';
import { converseFacts } from './bedrock-converse.js';
import { ConverseRebuilder } from './bedrock-converse-rebuild.js';
import { type BedrockException, bedrockException, withException } from './bedrock-exception.js';
import { modelFacts } from './bedrock-invoke-facts.js';
import { MergedChunks } from './bedrock-merged-chunks.js';
import { metricsUsage, withCounted } from './bedrock-usage.js';
import { rebuildCohereChat } from './cohere-chat-rebuild.js';
import { asArray, asObject, asText, type JsonObject, parseObject, setOwn } from './json-read.js';
import { rebuildChat } from './openai-chat-rebuild.js';

/** Rebuilds one model's own chunks. */
interface ChunkRebuilder {
  /** Takes the next chunk, parsed (and then kept) and as its text. True when it carries content. */
  push(chunk: JsonObject, text: string): boolean;
  body(): unknown;
  facts(): AnswerFacts;
  complete(): boolean;
}

/** What Bedrock itself adds to a model's chunks and answers. */
const OWN = 'amazon-bedrock-';
/** In the last chunk of every model: counts and latencies. Whole answers have none; their headers tell the counts. */
const METRICS = 'amazon-bedrock-invocationMetrics';

/** Rebuilds the answer of InvokeModel from the events of InvokeModelWithResponseStream. */
export class InvokeRebuilder implements Rebuilder {
  readonly #ofCall: (told: AnswerFacts) => AnswerFacts;
  /** By the first chunk; null until it came. */
  #chunks: ChunkRebuilder | null = null;
  /** What Bedrock added, less the metrics: the guardrails' action and trace. */
  readonly #added: JsonObject = {};
  #metrics: JsonObject | null = null;
  #exception: BedrockException | null = null;

  /** `ofCall` completes what the answer says by what is known of its call. */
  constructor(ofCall: (told: AnswerFacts) => AnswerFacts) {
    this.#ofCall = ofCall;
  }

  push(event: StreamEvent): boolean {
    const exception = bedrockException(event);
    if (exception !== null) {
      this.#exception = exception;
      return false;
    }
    const text = modelText(event);
    const chunk = text === null ? null : parseObject(text);
    if (text === null || chunk === null) return false;
    if (text.includes(OWN)) this.#takeOwn(chunk);
    if (Object.keys(chunk).length === 0) return false;
    this.#chunks ??= rebuilderOf(chunk);
    return this.#chunks.push(chunk, text);
  }

  body(): unknown {
    const rebuilt = asObject(this.#chunks?.body());
    const body = rebuilt === null ? null : { ...rebuilt, ...this.#added };
    // A rebuilder that was given the chunk's text has seen them.
    if (body !== null) delete body[METRICS];
    return this.#exception === null ? body : withException(body, this.#exception);
  }

  facts(): AnswerFacts {
    const told = this.#chunks?.facts() ?? modelFacts(null);
    return this.#ofCall({
      ...withCounted(told, metricsUsage(this.#metrics)),
      error: this.#exception?.message ?? told.error,
      usageObject: told.usageObject ?? this.#metrics,
    });
  }

  complete(): boolean {
    if (this.#exception !== null || this.#chunks === null) return false;
    return this.#metrics !== null || this.#chunks.complete();
  }

  #takeOwn(chunk: JsonObject): void {
    for (const key of Object.keys(chunk)) {
      if (!key.startsWith(OWN)) continue;
      if (key === METRICS) this.#metrics = asObject(chunk[key]);
      else setOwn(this.#added, key, chunk[key]);
      delete chunk[key];
    }
  }
}

/**
 * What a model said in one event: `{"bytes": base64 of the model's own JSON, "p": padding}`; null when there is nothing in it.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PayloadPart.html
 */
function modelText({ data }: StreamEvent): string | null {
  const bytes = asText(parseObject(data)?.bytes);
  return bytes === null ? null : Buffer.from(bytes, 'base64').toString();
}

/** By how a stream's first chunk looks. */
function rebuilderOf(chunk: JsonObject): ChunkRebuilder {
  const type = asText(chunk.type);
  if (type !== null && CLAUDE.test(type)) return ofText(rebuildMessage());
  const choice = asObject(asArray(chunk.choices)?.[0]);
  if (chunk.object === 'chat.completion.chunk' || asObject(choice?.delta) !== null) return ofText(rebuildChat());
  if (asText(chunk.event_type) !== null) return ofText(rebuildCohereChat());
  if (NOVA.some((name) => asObject(chunk[name]) !== null)) return ofNova();
  return new MergedChunks();
}

/** Claude's events name themselves. */
const CLAUDE = /^(?:message|content_block)_|^(?:ping|error)$/;
/** Nova's chunks have one member, named as an event of Converse. */
const NOVA = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'];

/** Chunks that are what the data of the maker's own server-sent events are. */
function ofText(rebuilder: Rebuilder): ChunkRebuilder {
  return {
    push: (_chunk, data) => rebuilder.push({ event: '', data }),
    body: () => rebuilder.body(),
    facts: () => rebuilder.facts(),
    complete: () => rebuilder.complete(),
  };
}

function ofNova(): ChunkRebuilder {
  const rebuilder = new ConverseRebuilder(converseFacts);
  return {
    push(chunk) {
      let content = false;
      for (const name in chunk) {
        const payload = asObject(chunk[name]);
        if (payload !== null) content = rebuilder.merge(name, payload) || content;
      }
      return content;
    },
    body: () => rebuilder.body(),
    facts: () => rebuilder.facts(),
    complete: () => rebuilder.complete(),
  };
}
