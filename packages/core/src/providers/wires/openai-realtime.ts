import type { Wire } from '../wire.js';
import { openaiResponses } from './openai-responses.js';

/** OpenAI's Realtime API, which is spoken over WebSockets; what it answers over HTTP reads like any answer of theirs. */
export const openaiRealtime: Wire = { ...openaiResponses, name: 'openai-realtime' };
