import type { ZodError } from 'zod';

/** The first thing that is wrong, and where: `timeFilter.start: must be …`. `whole` names the place of all of it. */
export function firstProblem({ issues }: ZodError, whole: string): string {
  const [issue] = issues;
  const path = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') path.push(issue.keys[0] ?? '');
  const place = path.length === 0 ? whole : path.join('.');
  return `${place}: ${issue?.code === 'unrecognized_keys' ? 'unknown key' : (issue?.message ?? 'is not valid')}`;
}
