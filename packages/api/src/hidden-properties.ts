// Properties that are left out of lists of names.
import type { RecordStore } from '@helicone-proxy/core';

const KIND = 'hidden-property';
/** As many as one list of documents holds. */
const MAX_HIDDEN = 1000;

/** Their names, sorted. */
export async function hiddenProperties({ documents }: RecordStore, tenant: string): Promise<string[]> {
  const found = await documents.list({ tenant, kind: KIND, limit: MAX_HIDDEN });
  return found.map(({ id }) => id);
}

/** Resolves false when too many are hidden already. */
export async function hideProperty({ documents }: RecordStore, tenant: string, name: string): Promise<boolean> {
  if ((await documents.count({ tenant, kind: KIND })) >= MAX_HIDDEN) return false;
  await documents.put([{ tenant, kind: KIND, id: name, value: 'true', dueAt: null, createdAt: Date.now() }]);
  return true;
}

export async function restoreProperty({ documents }: RecordStore, tenant: string, name: string): Promise<void> {
  await documents.delete({ tenant, kind: KIND, ids: [name] });
}
