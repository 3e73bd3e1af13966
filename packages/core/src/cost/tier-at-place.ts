/** Vertex AI names an endpoint of one region, of several (`us`, `eu`), or `global`. */
const CLAUDE_AT_VERTEX = /\/locations\/([^/]+)\/publishers\/anthropic\//;

/**
 * The service tier that a call is priced at: what its answer tells, and what only its URL does. Claude at Vertex AI costs more at any
 * endpoint but the global one: https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
 */
export function tierAtPlace(told: string | null, provider: string, targetUrl: string): string | null {
  const place = provider === 'vertex' ? CLAUDE_AT_VERTEX.exec(targetUrl)?.[1] : undefined;
  if (place === undefined || place === 'global') return told;
  return told === null ? 'regional' : `${told}+regional`;
}
