/** Headers of every answer in JSON: records are nobody's to keep. */
export const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;
