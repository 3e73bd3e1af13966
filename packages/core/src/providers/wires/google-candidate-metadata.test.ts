import { expect, test } from 'vitest';
import { CandidateMetadata } from './google-candidate-metadata.js';

function joined(...chunks: string[]): unknown {
  const metadata = new CandidateMetadata();
  for (const chunk of chunks) metadata.push(JSON.parse(chunk));
  return metadata.body();
}

test.each<[string[], string]>([
  [['{"a":[1,1]}'], '{"a":[1,1]}'],
  [['{"a":[1]}', '{"a":[2]}', '{"a":[2,3]}'], '{"a":[1,2,3]}'],
  [['{"a":[1]}', '{"a":[1,2,2]}'], '{"a":[1,2,2]}'],
  [['{"a":[1,2]}', '{"a":[1]}'], '{"a":[1,2]}'],
  [['{"a":[1]}', '{"a":[]}'], '{"a":[1]}'],
  [['{"a":[1]}', '{"a":null}'], '{"a":[1]}'],
  [['{"a":"x"}', '{"a":"y"}', '{"b":null}'], '{"a":"y","b":null}'],
  [['{"a":"x"}', '{"a":[1]}'], '{"a":[1]}'],
  [['{"__proto__":[1]}', '{"__proto__":[2]}'], '{"__proto__":[1,2]}'],
])('%j', (chunks, expected) => {
  expect(JSON.stringify(joined(...chunks))).toBe(expected);
});
