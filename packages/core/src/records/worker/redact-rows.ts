import type { Redactable, Redacted } from '../redact.js';
import type { RecordPatch, RecordRow } from '../store.js';

/** What a redact function is shown of a row. */
export function redactableOf(row: RecordRow): Redactable {
  const { id, requestId, tenant, provider, model, method, path, status, createdAt } = row;
  return {
    ...{ id, requestId, tenant, provider, model, method, path, status, createdAt },
    requestBody: textOf(row.requestBody),
    responseBody: textOf(row.responseBody),
    userId: row.userId,
    properties: { ...row.properties },
    error: row.error,
  };
}

/** The row as a redact function left it; of one for which it failed (null) the figures alone. */
export function redactedRow(row: RecordRow, redacted: Redacted | null): RecordRow {
  if (redacted === null) {
    const nothing = {
      requestBody: null,
      responseBody: null,
      userId: null,
      promptId: null,
      properties: {},
      error: null,
    };
    return { ...row, ...nothing };
  }
  const { requestBody, responseBody, userId, properties, error } = redacted;
  return {
    ...row,
    requestBody: bytesOf(requestBody, row.requestBody),
    responseBody: bytesOf(responseBody, row.responseBody),
    userId: userId === '' ? null : userId,
    // It is a property, too: what is left of that counts.
    promptId: row.promptId === null ? null : (properties[PROMPT_ID] ?? null),
    properties,
    error,
  };
}

const PROMPT_ID = 'helicone-prompt-id';

/** A property or a user that is added to a record: what of it a redact function is shown; null for what it has no say in. */
export function redactablePatch(tenant: string, requestId: string, patch: RecordPatch): Redactable | null {
  if (patch.kind !== 'property' && patch.kind !== 'user') return null;
  return {
    ...{ id: '', requestId, tenant, provider: '', model: null, method: '', path: '', status: 0, createdAt: Date.now() },
    requestBody: null,
    responseBody: null,
    userId: patch.kind === 'user' ? patch.userId : null,
    properties: patch.kind === 'property' ? { [patch.key]: patch.value } : {},
    error: null,
  };
}

/** What is left of such a patch; empty when it is not to be kept. */
export function redactedPatches(patch: RecordPatch, redacted: Redacted | null): RecordPatch[] {
  if (redacted === null) return [];
  const { userId, properties } = redacted;
  if (patch.kind === 'user') return userId === null || userId === '' ? [] : [{ kind: 'user', userId }];
  return Object.entries(properties).map(([key, value]): RecordPatch => ({ kind: 'property', key, value }));
}

function textOf(body: Uint8Array | null): string | null {
  return body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.length).toString();
}

/** The same bytes where nothing was changed. */
function bytesOf(text: string | null, before: Uint8Array | null): Uint8Array | null {
  if (text === null) return null;
  return before !== null && textOf(before) === text ? before : Buffer.from(text);
}
