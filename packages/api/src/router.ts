import { ApiError } from './api-error.js';
import type { Route } from './route.js';

/** Finds the route of a method and a raw path. @throws {ApiError} 404 for an unknown path, 405 for a wrong method. */
export type Router = (method: string, path: string) => { route: Route; params: Record<string, string> };

interface Pattern {
  segments: string[];
  routes: Route[];
}

/** Builds the router once; where several patterns fit a path, the one with the earlier fixed segment is meant. */
export function createRouter(routes: readonly Route[]): Router {
  const patterns = new Map<string, Pattern>();
  for (const route of routes) {
    const known = patterns.get(route.pattern);
    if (known === undefined) patterns.set(route.pattern, { segments: segmentsOf(route.pattern), routes: [route] });
    else known.routes.push(route);
  }
  const byPrecedence = [...patterns.values()].sort((a, b) => (precedence(a) < precedence(b) ? -1 : 1));
  return (method, path) => {
    const segments = decodedSegments(path);
    const pattern = byPrecedence.find((one) => fits(one.segments, segments));
    if (pattern === undefined) throw new ApiError(404, `Unknown path ${path}`);
    const route = pattern.routes.find((one) => one.method === method);
    if (route === undefined) {
      const allow = pattern.routes.map((one) => one.method).join(', ');
      throw new ApiError(405, `${method} is not possible here, only ${allow}`, { allow });
    }
    const named = pattern.segments.flatMap((name, index): [string, string][] =>
      name.startsWith(':') ? [[name.slice(1), segments[index] ?? '']] : [],
    );
    return { route, params: Object.fromEntries(named) };
  };
}

/** Sorts fixed segments before named ones, from the left. */
function precedence({ segments }: Pattern): string {
  return segments.map((segment) => (segment.startsWith(':') ? '1' : '0')).join('');
}

function fits(pattern: string[], path: string[]): boolean {
  if (pattern.length !== path.length) return false;
  return pattern.every((segment, index) => (segment.startsWith(':') ? path[index] !== '' : segment === path[index]));
}

/** One slash at the end says nothing. */
function segmentsOf(path: string): string[] {
  const inner = path.replace(/^\//, '').replace(/\/$/, '');
  return inner.split('/');
}

function decodedSegments(path: string): string[] {
  try {
    return segmentsOf(path).map(decodeURIComponent);
  } catch {
    throw new ApiError(404, `Unknown path ${path}`);
  }
}
