import { z } from 'zod';

/**
 * Helicone's filter tree. Its shape is checked by the parser of the engine, which names the place of a fault down to the operator;
 * here it is only described.
 */
export const FilterSchema = z
  .unknown()
  .optional()
  .meta({
    description:
      "`'all'`, a leaf `{ table: { field: { operator: value } } }` or a branch `{ left, operator: 'and' | 'or', right }`.",
    examples: [{ request_response_rmt: { model: { contains: 'gpt-4o' } } }],
  });

/** One key with its direction; checked by the parser of the engine. */
export const SortSchema = z
  .unknown()
  .optional()
  .meta({ description: 'One key with `asc` or `desc`; default: newest first.', examples: [{ created_at: 'desc' }] });
