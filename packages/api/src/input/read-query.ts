import type { ZodType } from 'zod';
import { ApiError } from '../api-error.js';
import { firstProblem } from './first-problem.js';

/** Reads a raw query as an object of texts and checks it. @throws {ApiError} 400 naming the parameter that is wrong. */
export function readQuery<Query>(query: string, schema: ZodType<Query>): Query {
  const checked = schema.safeParse(Object.fromEntries(new URLSearchParams(query)));
  if (checked.success) return checked.data;
  throw new ApiError(400, firstProblem(checked.error, 'query'));
}
