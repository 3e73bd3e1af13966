import { z } from 'zod';

/** A copy of a record: it stays when the record is gone, and can be edited. */
export const DatasetRowSchema = z
  .strictObject({
    id: z.string().meta({ description: 'Id of the record that it was copied from.' }),
    origin_request_id: z.string(),
    dataset_id: z.string(),
    created_at: z.iso.datetime().meta({ description: 'When it was copied.' }),
    request_created_at: z.iso.datetime(),
    request_path: z.string(),
    request_user_id: z.string().nullable(),
    provider: z.string(),
    model: z.string().nullable(),
    response_status: z.int(),
    prompt_tokens: z.number().nullable(),
    completion_tokens: z.number().nullable(),
    cost_usd: z.number().nullable(),
    feedback_rating: z.boolean().nullable(),
    scores: z.record(z.string(), z.number()),
    properties: z.record(z.string(), z.string()),
    request_body: z.unknown().meta({ description: 'JSON, else text; null when it was not kept.' }),
    response_body: z.unknown(),
  })
  .meta({ id: 'DatasetRow' });

export type DatasetRow = z.output<typeof DatasetRowSchema>;
