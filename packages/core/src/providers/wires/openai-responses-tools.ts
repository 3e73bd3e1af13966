import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import { asArray, asCount, asObject, asText, type JsonObject } from './json-read.js';

/**
 * Calls of hosted tools that are charged besides tokens, https://platform.openai.com/docs/pricing#built-in-tools: searches of the
 * web and of files by the call, containers for code by the session.
 */
export function toolsUsed(response: JsonObject | null): Pick<Usage, 'webSearches'> & Partial<Usage> {
  const output = asArray(response?.output);
  const items = (output ?? []).map(asObject);
  const containers = new Set(items.map(containerOf).filter((id) => id !== null));
  const webSearches = countedSearches(response) ?? (output === null ? null : items.filter(isWebSearch).length);
  const fileSearches = items.filter((item) => item?.type === 'file_search_call').length;
  return {
    webSearches,
    // None of a kind is not told, only none seen.
    ...knownParts({
      webSearchPreviews: isPreview(response) ? webSearches : null,
      fileSearches: fileSearches || null,
      codeSessions: containers.size || null,
    }),
  };
}

/**
 * Searches that the provider counted: OpenAI's `tool_usage.web_search.num_requests` ("counts billable searches",
 * https://platform.openai.com/docs/api-reference/responses/object), or xAI's, which has two kinds at the same price
 * (https://docs.x.ai/developers/tools/tool-usage-details).
 */
function countedSearches(response: JsonObject | null): number | null {
  const counted = asCount(asObject(asObject(response?.tool_usage)?.web_search)?.num_requests);
  if (counted !== null) return counted;
  const tools = asObject(asObject(response?.usage)?.server_side_tool_usage_details);
  const web = asCount(tools?.web_search_calls);
  const x = asCount(tools?.x_search_calls);
  return web === null && x === null ? null : (web ?? 0) + (x ?? 0);
}

/**
 * "Search actions incur a tool call cost"; opening a page and finding in one do not
 * (https://platform.openai.com/docs/guides/tools-web-search). Answers of the first version of the tool do not tell the action.
 */
function isWebSearch(item: JsonObject | null): boolean {
  if (item?.type !== 'web_search_call') return false;
  return (asText(asObject(item.action)?.type) ?? 'search') === 'search';
}

/** The first version of the tool has a price of its own; answers repeat the request's tools, and their calls look alike. */
function isPreview(response: JsonObject | null): boolean {
  const types = (asArray(response?.tools) ?? []).map((tool) => asText(asObject(tool)?.type) ?? '');
  return types.some((type) => type.startsWith('web_search_preview')) && !types.includes('web_search');
}

function containerOf(item: JsonObject | null): string | null {
  return item?.type === 'code_interpreter_call' ? asText(item.container_id) : null;
}
