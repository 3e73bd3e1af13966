import { z } from 'zod';

/** What a signed link says. What is missing counts as wrong, which is told by the check of the signature. */
export const LinkQuery = z.object({
  tenant: z.string().default(''),
  expires: z
    .string()
    .default('')
    .transform((text) => (/^\d{1,15}$/.test(text) ? Number(text) : 0))
    .meta({ description: 'Unix ms.' }),
  signature: z.string().default(''),
});
export type LinkQuery = z.output<typeof LinkQuery>;
