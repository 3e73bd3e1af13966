import { type Call, jsonOf } from '../call.js';
import type { JsonBody } from '../policy/json-body.js';
import type { Policy } from '../policy/policy.js';

/**
 * Members that choose a service tier, a speed or a place: `service_tier` of OpenAI, Groq and Anthropic, `serviceTier` of Gemini's API
 * and Bedrock, Bedrock's `performanceConfig`, Anthropic's `speed` and `inference_geo`.
 */
const MEMBERS = ['service_tier', 'serviceTier', 'performanceConfig', 'speed', 'inference_geo'] as const;
/**
 * Headers that do: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo and
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
const HEADERS = [
  'x-vertex-ai-llm-shared-request-type',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-performanceconfig-latency',
] as const;
/** What costs the standard price, or less. `auto` is not among them: it is what the provider's project is set to. */
const USUAL: ReadonlySet<unknown> = new Set([
  null,
  'default',
  'standard',
  'standard_only',
  'on_demand',
  'flex',
  'batch',
  'global',
  'unspecified',
]);
/** JSON text of a member that may be a usual one: `{"latency":"standard"}` with some space. Characters. */
const MAX_TEXT = 64;

/**
 * Whether a call may be served at a dearer tier than the standard: it, or one of its fallbacks, asks for one that is not known to
 * cost no more, or its body cannot be looked into. A call that names none counts as standard. OpenAI takes it for `auto`, and
 * Anthropic's `inference_geo` for the workspace's default: these are dearer only where a project is set to it.
 */
export function mayBeDearer(call: Call): boolean {
  const body = jsonOf(call);
  if (body === null) return true;
  for (const name of HEADERS) if (!isUsual(call.headers[name])) return true;
  for (const name of MEMBERS) if (!isUsualMember(body, name)) return true;
  // Anthropic's own fallbacks may name a speed each.
  if (body.members.has('fallbacks')) return true;
  for (const { bodyKeyOverride: changes } of (call.policy as Policy).fallbacks ?? []) {
    for (const name of MEMBERS) if (!isUsual(changes?.[name])) return true;
  }
  return false;
}

/** Some parsers take the first of two members of one name. */
function isUsualMember(body: JsonBody, name: string): boolean {
  const member = body.members.get(name);
  if (member === undefined) return true;
  const { start, end, earlier } = member;
  if (earlier !== null || end - start > MAX_TEXT) return false;
  const value = body.valueAt(member);
  return value !== undefined && isUsual(value);
}

/** Absent is usual, too. */
function isUsual(value: unknown): boolean {
  if (value === undefined) return true;
  const { type, latency } = Object(value) as Record<string, unknown>;
  const named = type ?? latency ?? value;
  return USUAL.has(typeof named === 'string' ? named.toLowerCase() : named);
}
