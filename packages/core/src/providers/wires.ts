import type { Wire, WireFormat } from './wire.js';
import { anthropicMessages } from './wires/anthropic-messages.js';
import { bedrockConverse } from './wires/bedrock-converse.js';
import { bedrockInvoke } from './wires/bedrock-invoke.js';
import { cohereChat } from './wires/cohere-chat.js';
import { cohereEmbed } from './wires/cohere-embed.js';
import { googleGenerateContent } from './wires/google-generate-content.js';
import { googlePredict } from './wires/google-predict.js';
import { mistralOcr } from './wires/mistral-ocr.js';
import { ollama } from './wires/ollama.js';
import { openaiChat } from './wires/openai-chat.js';
import { openaiEmbeddings } from './wires/openai-embeddings.js';
import { openaiImages } from './wires/openai-images.js';
import { openaiRealtime } from './wires/openai-realtime.js';
import { openaiResponses } from './wires/openai-responses.js';
import { openaiSpeech } from './wires/openai-speech.js';
import { openaiTranscription } from './wires/openai-transcription.js';
import { rerank } from './wires/rerank.js';

/** A record, so that a format without an implementation does not compile. */
const WIRES: Record<WireFormat, Wire> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-realtime': openaiRealtime,
  'openai-embeddings': openaiEmbeddings,
  'openai-images': openaiImages,
  'openai-transcription': openaiTranscription,
  'openai-speech': openaiSpeech,
  'anthropic-messages': anthropicMessages,
  'google-generate-content': googleGenerateContent,
  'google-predict': googlePredict,
  'bedrock-converse': bedrockConverse,
  'bedrock-invoke': bedrockInvoke,
  'cohere-chat': cohereChat,
  'cohere-embed': cohereEmbed,
  'mistral-ocr': mistralOcr,
  ollama,
  rerank,
};

export function wireOf(name: WireFormat): Wire {
  return WIRES[name];
}
