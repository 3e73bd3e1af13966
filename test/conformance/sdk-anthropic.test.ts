import { MESSAGE_CASES } from './surface/anthropic-messages.js';
import { ANTHROPIC } from './surface/anthropic-sdk.js';
import { STORED_CASES } from './surface/anthropic-stored.js';
import { surfaceSuite } from './surface/surface-suite.js';

surfaceSuite('@anthropic-ai/sdk', { sdk: ANTHROPIC, cases: [...MESSAGE_CASES, ...STORED_CASES] });
