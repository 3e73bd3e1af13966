import { asObject, asText } from '../providers/wires/json-read.js';

/** Models that reason without being asked and show none of it, or a summary: by how their names begin, or how they go on. */
const HIDES =
  /^(?:o[134](?:-|$)|gpt-5(?!(?:\.\d+)?-chat)|codex-|gemini-(?:2\.5-(?!flash-lite)|[3-9])|grok-4(?!.*non-reasoning)|sonar-deep)/;

/**
 * Whether an answer may have been charged for reasoning that it does not show, so that what is seen of it is the least that it used:
 * by its model, or since the request asks for reasoning (`reasoning_effort`, `reasoning`, Anthropic's `thinking`, whose text is a
 * summary from Claude 4 on: https://platform.claude.com/docs/en/build-with-claude/extended-thinking#summarized-thinking).
 *
 * @param request the request's JSON; undefined where it is not known
 */
export function mayHideReasoning(model: string | null, request: unknown): boolean {
  const name = model?.slice(model.lastIndexOf('/') + 1).replace(/^ft:/, '') ?? '';
  if (HIDES.test(name)) return true;
  const body = asObject(request);
  const effort = asText(body?.reasoning_effort) ?? asText(asObject(body?.reasoning)?.effort);
  if (effort !== null) return effort !== 'none';
  const more = asObject(body?.additionalModelRequestFields);
  const thinking = asText(asObject(body?.thinking ?? more?.thinking)?.type);
  return thinking !== null && thinking !== 'disabled';
}
