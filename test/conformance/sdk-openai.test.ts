import { AZURE, AZURE_CASES } from './surface/azure-cases.js';
import { AUDIO_CASES } from './surface/openai-audio.js';
import { CHAT_CASES } from './surface/openai-chat.js';
import { EMBEDDING_CASES } from './surface/openai-embeddings.js';
import { IMAGE_CASES, VIDEO_CASES } from './surface/openai-images.js';
import { RESPONSES_CASES } from './surface/openai-responses.js';
import { OPENAI } from './surface/openai-sdk.js';
import { surfaceSuite } from './surface/surface-suite.js';

surfaceSuite('openai', {
  sdk: OPENAI,
  cases: [...CHAT_CASES, ...RESPONSES_CASES, ...EMBEDDING_CASES, ...IMAGE_CASES, ...VIDEO_CASES, ...AUDIO_CASES],
});
surfaceSuite('openai at Azure', { sdk: AZURE, cases: AZURE_CASES });
