import { GOOGLE, GOOGLE_CASES } from './surface/google-cases.js';
import { surfaceSuite } from './surface/surface-suite.js';

surfaceSuite('@google/genai', { sdk: GOOGLE, cases: GOOGLE_CASES });
