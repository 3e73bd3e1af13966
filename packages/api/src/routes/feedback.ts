// Ratings as Helicone's SDKs send them: the id in the body.
import { isUuid } from '@helicone-proxy/core';
import { z } from 'zod';
import { type Route, route } from '../route.js';
import { patch } from './request-patches.js';

const SdkFeedback = z.object({
  'helicone-id': z
    .string()
    .refine((id) => isUuid(id.toLowerCase()), { error: 'must be a UUID' })
    .describe('Of the answer, as `Helicone-Id`.'),
  rating: z.boolean(),
});

export const feedbackRoutes: readonly Route[] = [
  route({
    method: 'POST',
    pattern: '/v1/feedback',
    access: 'write',
    tag: 'Requests',
    summary: "Rates a request, as Helicone's SDKs do. Accepted before its record is written.",
    body: SdkFeedback,
    data: z.null(),
    handle: (context) => {
      const { 'helicone-id': requestId, rating } = context.body;
      return patch({ ...context, params: { requestId } }, { kind: 'feedback', rating });
    },
  }),
];
