/** A provider's path as its SDK writes it, or none: Helicone's hosts take these beside the calls themselves. */
const SDK_HOST = '(?:/(?:openai|oai|anthropic))?';
const FEEDBACK = new RegExp(`^${SDK_HOST}(/v1/feedback)$`);
const PROPERTY = new RegExp(`^${SDK_HOST}(/v1/request/[^/]+/property)$`);

/**
 * Path of REST that answers a request of Helicone's SDKs to where calls go, such as `/openai/v1/feedback`; null for everything
 * else. No provider has these paths.
 */
export function sdkPath(method: string, path: string): string | null {
  if (method === 'POST') return FEEDBACK.exec(path)?.[1] ?? null;
  if (method === 'PUT') return PROPERTY.exec(path)?.[1] ?? null;
  return null;
}
