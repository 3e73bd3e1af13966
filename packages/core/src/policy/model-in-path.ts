/**
 * The model that a path (without query) names, decoded; null when it names none:
 * - Google's methods: `…/models/<model>:generateContent`, `…/publishers/anthropic/models/<model>:rawPredict`
 * - Bedrock: `/model/<model>/converse`, where the model may be an ARN, with slashes of its own
 * - Azure's deployments: `/openai/deployments/<name>/…`; OpenAI's old engines: `/engines/<model>/…`
 *
 * It runs for each request, over text that anybody may send: a few searches from either end, no regular expression.
 */
export function modelInPath(path: string): string | null {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const slash = path.lastIndexOf('/', end - 1);
  const named =
    beforeMethod(path.slice(slash + 1, end)) ??
    between(path, '/model/', slash) ??
    segmentBehind(path, '/deployments/') ??
    segmentBehind(path, '/engines/');
  return named === null || named === '' ? null : decoded(named);
}

/** Longest name of a method that is looked at, characters. */
const MAX_METHOD = 64;
/** Methods that ask a model for something have one of these in their names. */
const ASKING = ['generate', 'embed', 'predict', 'tokens'];

/** The name before the method of a last segment `<name>:<method>`; clients may encode the colon. */
function beforeMethod(segment: string): string | null {
  const colon = segment.lastIndexOf(':');
  const encoded = Math.max(segment.lastIndexOf('%3A'), segment.lastIndexOf('%3a'));
  const at = Math.max(colon, encoded);
  if (at < 0) return null;
  const method = segment.slice(at === colon ? at + 1 : at + 3);
  if (method.length > MAX_METHOD) return null;
  const lower = method.toLowerCase();
  return ASKING.some((word) => lower.includes(word)) ? segment.slice(0, at) : null;
}

/** What stands between `opening` and the slash at `slash`. */
function between(path: string, opening: string, slash: number): string | null {
  const at = path.indexOf(opening);
  const start = at + opening.length;
  return at < 0 || start > slash ? null : path.slice(start, slash);
}

/** The segment behind `opening`, when another follows. */
function segmentBehind(path: string, opening: string): string | null {
  const at = path.indexOf(opening);
  const start = at + opening.length;
  const slash = at < 0 ? -1 : path.indexOf('/', start);
  return slash < 0 ? null : path.slice(start, slash);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
