import type { RateLimiterRedis } from 'rate-limiter-flexible';
// @ts-expect-error: only the package's main entry has types, and that one loads adapters for a dozen databases: 25 ms instead of 4.
import RedisLimiter from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import type { RedisCommands } from '../redis/redis-client.js';
import type { LimitStore, Taken } from './limit-store.js';

/** What `adjust` must know again of a window that was taken from. */
interface RedisTaken extends Taken {
  readonly windowMs: number;
}

/** A window is known again by its end, give or take so much. Ms. */
const MAX_ROOM_MS = 5_000;

/**
 * Adds ARGV[1] (may be negative) to the counter KEYS[1] unless its window has ended: there is none, or it lives longer than
 * ARGV[2] ms, so that it is a later one. Never makes a key, never goes below 0, never changes when the window ends.
 */
const ADJUST = `local ttl = redis.call('pttl', KEYS[1])
if ttl <= 0 or ttl > tonumber(ARGV[2]) then return 0 end
local change = math.max(tonumber(ARGV[1]), -tonumber(redis.call('get', KEYS[1])))
if change ~= 0 then redis.call('incrby', KEYS[1], string.format('%.0f', change)) end
return 1`;

/**
 * Counts in Redis, exactly, for any number of processes: adding and opening a window are one script. The host connects and
 * closes its client itself. Takes and adjustments reject when Redis does.
 */
export function createRedisStore(commands: RedisCommands): LimitStore {
  const Limiter = RedisLimiter as typeof RateLimiterRedis;
  // One for all limits: it never refuses by itself, and each take brings its own window. It gets the one command that it sends,
  // as node-redis has it: to an ioredis client it would add a method, and a node-redis client may be set to give texts.
  const limiter = new Limiter({
    storeClient: {
      eval: (script: string, given: { keys: string[]; arguments: string[] }) =>
        commands.eval(script, given.keys, given.arguments),
    },
    useRedisPackage: true,
    keyPrefix: '',
    points: Number.MAX_SAFE_INTEGER,
    duration: 1,
  });
  return {
    async take(key, points, windowMs): Promise<RedisTaken> {
      const counted = await limiter.consume(key, points, { customDuration: windowMs / 1000 });
      return { points: counted.consumedPoints, endsAt: Date.now() + counted.msBeforeNext, windowMs };
    },
    async adjust(key, points, taken) {
      const { endsAt, windowMs } = taken as RedisTaken;
      const leftMs = endsAt - Date.now();
      if (leftMs <= 0) return;
      // Room for clocks that are set and answers that are slow. The next window ends a whole window later, but one that opened
      // since Redis lost its data only as much later as it opened.
      const room = Math.min(windowMs / 2, MAX_ROOM_MS);
      await commands.eval(ADJUST, [key], [String(points), String(Math.ceil(leftMs + room))]);
    },
    close: async () => {},
  };
}
