import { LANGCHAIN, LANGCHAIN_CASES } from './surface/langchain-cases.js';
import { surfaceSuite } from './surface/surface-suite.js';
import {
  VERCEL_ANTHROPIC,
  VERCEL_ANTHROPIC_CASES,
  VERCEL_OPENAI,
  VERCEL_OPENAI_CASES,
} from './surface/vercel-cases.js';

surfaceSuite('ai, @ai-sdk/openai', { sdk: VERCEL_OPENAI, cases: VERCEL_OPENAI_CASES });
surfaceSuite('ai, @ai-sdk/anthropic', { sdk: VERCEL_ANTHROPIC, cases: VERCEL_ANTHROPIC_CASES });
surfaceSuite('@langchain/openai', { sdk: LANGCHAIN, cases: LANGCHAIN_CASES });
