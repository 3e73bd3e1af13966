import type { OutgoingPatch } from './destination.js';

/** The changes that add headers to a record that has been sent: REST knows users and properties, sessions are properties. */
export function patchesOf(requestId: string, headers: Record<string, string>): OutgoingPatch[] {
  const path = `/v1/request/${encodeURIComponent(requestId)}`;
  return Object.entries(headers).map(([name, value]) => {
    if (name === 'Helicone-User-Id') return { path: `${path}/user`, body: { userId: value } };
    const key = name.replace(/^Helicone-Property-/, '');
    return { path: `${path}/property`, body: { key, value } };
  });
}
