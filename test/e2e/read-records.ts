import type { CallRecord } from '@helicone-proxy/core';
import { heliconeProxy } from '@helicone-proxy/node';

/** All records of a tenant in a database file, newest first, read by a proxy of this process. */
export async function readRecords(file: string, tenant = 'default'): Promise<CallRecord[]> {
  const { proxy } = heliconeProxy({ records: { store: `sqlite:${file}` } });
  try {
    const records: CallRecord[] = [];
    for (;;) {
      const filter = { kind: 'all' } as const;
      const page = await proxy.records.query({ tenant, filter, limit: 1000, offset: records.length });
      records.push(...page);
      if (page.length < 1000) return records;
    }
  } finally {
    await proxy.close();
  }
}
