export const GENERATE = 'https://ai.google.dev/api/generate-content';

export const FLASH = 'gemini-2.5-flash';
export const PRO = 'gemini-2.5-pro';

/** Path of a call that does not stream, and of one that does, as server-sent events. */
export const plain = (model: string): string => `google/v1beta/models/${model}:generateContent`;
export const streamed = (model: string): string => `google/v1beta/models/${model}:streamGenerateContent?alt=sse`;

export const request = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };

/** The members of a candidate that hold what was said. */
export const parts = (...given: readonly object[]): object => ({ content: { parts: given, role: 'model' } });
/** The chunks as server-sent events. */
export const events = (...chunks: readonly object[]): string[] =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`);

/** A count of tokens of text. */
export const texts = (tokenCount: number): object => ({ modality: 'TEXT', tokenCount });
