// Webhooks of a tenant. All of it needs the right to read: deliveries carry bodies.
import { InvalidWebhook, originOf, type TestedWebhook, type Webhooks } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { type Route, type RouteContext, route } from '../route.js';

const MAX_FILTERS = 100;
const MAX_KEY_LENGTH = 256;
const MAX_VALUE_LENGTH = 8192;

const PropertyFilter = z.strictObject({
  key: z.string().min(1).max(MAX_KEY_LENGTH),
  value: z.string().max(MAX_VALUE_LENGTH),
});

const Config = z.strictObject({
  /** Percent of the calls. */
  sampleRate: z.number().min(0).max(100).default(100),
  /** All must match exactly. */
  propertyFilters: z.array(PropertyFilter).max(MAX_FILTERS).default([]),
  includeData: z.boolean().optional(),
});

const NewWebhook = z.strictObject({
  destination: z.string(),
  config: Config.default({ sampleRate: 100, propertyFilters: [] }),
  /** Default true; also taken inside of `config`. */
  includeData: z.boolean().optional(),
});

const Webhook = z.strictObject({
  id: z.string(),
  created_at: z.string(),
  destination: z.string(),
  version: z.string(),
  config: z.strictObject({
    sampleRate: z.number(),
    propertyFilters: z.array(PropertyFilter),
    includeData: z.boolean(),
  }),
  hmac_key: z.string(),
});

const Tested = z.strictObject({ success: z.boolean(), status: z.int().nullable(), message: z.string() });

const shared = { access: 'read', tag: 'Webhooks' } as const;

export const webhookRoutes: readonly Route[] = [
  route({
    ...shared,
    method: 'GET',
    pattern: '/v1/webhooks',
    summary: 'Webhooks of the tenant, oldest first.',
    data: z.array(Webhook),
    handle: async (context) => await webhooksOf(context).list(context.tenant),
  }),
  route({
    ...shared,
    method: 'POST',
    pattern: '/v1/webhooks',
    summary: 'Makes a webhook with a key of its own, that signs what it is told.',
    body: NewWebhook,
    data: Webhook,
    handle: createWebhook,
  }),
  route({
    ...shared,
    method: 'DELETE',
    pattern: '/v1/webhooks/:webhookId',
    summary: 'Deletes a webhook; what waits for it is dropped.',
    data: z.null(),
    handle: deleteWebhook,
  }),
  route({
    ...shared,
    method: 'POST',
    pattern: '/v1/webhooks/:webhookId/test',
    summary: 'Sends a webhook a made-up delivery, and says how it was answered.',
    data: Tested,
    handle: testWebhook,
  }),
];

async function createWebhook(context: RouteContext<z.output<typeof NewWebhook>>): Promise<unknown> {
  const { request, tenant, body } = context;
  const { sampleRate, propertyFilters } = body.config;
  try {
    return await webhooksOf(context).create(tenant, {
      destination: body.destination,
      sampleRate,
      propertyFilters,
      includeData: body.includeData ?? body.config.includeData ?? true,
      // Links in deliveries lead to where the tenant reaches REST.
      apiUrl: `${originOf(request)}${request.prefix ?? ''}/api`,
    });
  } catch (error) {
    if (error instanceof InvalidWebhook) throw new ApiError(400, error.message);
    throw error;
  }
}

async function deleteWebhook(context: RouteContext): Promise<null> {
  const { tenant, params } = context;
  const id = params.webhookId ?? '';
  if (!(await webhooksOf(context).remove(tenant, id))) throw unknownWebhook(id);
  return null;
}

async function testWebhook(context: RouteContext): Promise<TestedWebhook> {
  const { tenant, params } = context;
  const id = params.webhookId ?? '';
  const tested = await webhooksOf(context).test(tenant, id);
  if (tested === null) throw unknownWebhook(id);
  return tested;
}

function unknownWebhook(id: string): ApiError {
  return new ApiError(404, `No webhook ${id}`);
}

/** An API over records alone knows no webhooks. */
function webhooksOf({ options }: Pick<RouteContext, 'options'>): Webhooks {
  if (options.webhooks === undefined) throw new ApiError(404, 'There are no webhooks here');
  return options.webhooks;
}
