import { ERROR_CASES } from './surface/openai-errors.js';
import { FILE_CASES } from './surface/openai-files.js';
import { JOB_CASES } from './surface/openai-jobs.js';
import { OPENAI } from './surface/openai-sdk.js';
import { surfaceSuite } from './surface/surface-suite.js';

surfaceSuite('openai: what it stores, and errors', {
  sdk: OPENAI,
  cases: [...FILE_CASES, ...JOB_CASES, ...ERROR_CASES],
});
