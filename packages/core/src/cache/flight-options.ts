import type { ByteBudget } from '../upstream/byte-budget.js';
import type { Flight } from './flight.js';
import type { Place } from './look-up.js';

export interface FlightOptions {
  /** Key in `flights`: calls with the same one share the flight. */
  id: string;
  /** The flights under way. A flight is in there while calls may join it, and takes itself out. */
  flights: Map<string, Flight>;
  place: Place;
  /** Longest answer that is stored, or shared from its beginning with whoever comes later. Bytes. */
  maxEntryBytes: number;
  /** Bounds the bytes that all flights keep for those who may still join, and for the store. */
  budget: ByteBudget;
  /** See `SharedBodyOptions`. */
  idleMs: number;
  /** 0 up to 1. */
  random: () => number;
}
