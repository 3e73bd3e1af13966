// What is said of a session: a rating, a tag.
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { MAX_SESSION_ID_LENGTH, noteSession, notesOf, sessionIdOf } from '../groups/sessions.js';
import { type Route, type RouteContext, route } from '../route.js';

const Rating = z.strictObject({ rating: z.boolean() });
const Tag = z.strictObject({ tag: z.string().min(1).max(256) });

export const sessionNoteRoutes: readonly Route[] = [
  route({
    method: 'POST',
    pattern: '/v1/session/:sessionId/feedback',
    access: 'write',
    tag: 'Sessions',
    summary: 'Rates a session, also before its first record is written. Its requests keep their own ratings.',
    body: Rating,
    data: z.null(),
    handle: (context) => note(context, { rating: context.body.rating }),
  }),
  route({
    method: 'POST',
    pattern: '/v1/session/:sessionId/tag',
    access: 'write',
    tag: 'Sessions',
    summary: 'Gives a session its tag, in place of the one before.',
    body: Tag,
    data: z.null(),
    handle: (context) => note(context, { tag: context.body.tag }),
  }),
  route({
    method: 'GET',
    pattern: '/v1/session/:sessionId/tag',
    access: 'read',
    tag: 'Sessions',
    summary: 'The tag of a session; null: it has none.',
    data: z.string().nullable(),
    async handle({ records, tenant, params }) {
      const id = sessionIdOf(params.sessionId ?? '');
      return (await notesOf(records, tenant, [id])).get(id)?.tag ?? null;
    },
  }),
];

async function note(
  { records, tenant, params }: RouteContext<unknown>,
  what: { tag: string } | { rating: boolean },
): Promise<null> {
  const id = sessionIdOf(params.sessionId ?? '');
  if (id.length > MAX_SESSION_ID_LENGTH) {
    throw new ApiError(400, `sessionId: longer than ${MAX_SESSION_ID_LENGTH} characters`);
  }
  if (!(await noteSession(records, { tenant, id }, what))) {
    throw new ApiError(503, 'Too many sessions have one', { 'retry-after': '3600' });
  }
  return null;
}
