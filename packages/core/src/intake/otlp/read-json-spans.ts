import { asArray, asObject, asText, type JsonObject } from '../../providers/wires/json-read.js';
import { InvalidIntake } from '../intake.js';
import { type AttributeValue, MAX_VALUE_DEPTH, msOfNanos, type Span, SpanBudget, type SpanEvent } from './span.js';

/**
 * Reads an `ExportTraceServiceRequest` in OTLP's JSON: lower camel case, ids in hex, 64-bit integers as text. Snake case, ids in
 * base64 and plain numbers, which other writers of protobuf's JSON produce, are read too. @throws {InvalidIntake}
 */
export function readJsonSpans(body: unknown): Span[] {
  const request = asObject(body);
  if (request === null) throw new InvalidIntake('body: must be an object');
  const resourceSpans = member(request, 'resourceSpans');
  if (resourceSpans !== undefined && asArray(resourceSpans) === null) {
    throw new InvalidIntake('resourceSpans: must be an array');
  }
  const budget = new SpanBudget();
  return objects(resourceSpans)
    .flatMap((each) => objects(member(each, 'scopeSpans') ?? member(each, 'instrumentationLibrarySpans')))
    .flatMap((each) => objects(member(each, 'spans')))
    .map((span) => {
      budget.span();
      return readSpan(span, budget);
    });
}

/** A member by its lower camel case name, or by its name in protobuf. */
function member(object: JsonObject, name: string): unknown {
  return object[name] ?? object[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function objects(value: unknown): JsonObject[] {
  return (asArray(value) ?? []).map(asObject).filter((each) => each !== null);
}

function readSpan(span: JsonObject, budget: SpanBudget): Span {
  const status = asObject(span.status);
  return {
    traceId: readId(member(span, 'traceId'), 16),
    spanId: readId(member(span, 'spanId'), 8),
    parentSpanId: readId(member(span, 'parentSpanId'), 8),
    name: asText(span.name) ?? '',
    startTime: readTime(member(span, 'startTimeUnixNano')),
    endTime: readTime(member(span, 'endTimeUnixNano')),
    attributes: readAttributes(span.attributes, budget),
    events: objects(span.events).map((event) => readEvent(event, budget)),
    statusCode: readStatusCode(status?.code),
    statusMessage: asText(status?.message) ?? '',
  };
}

function readEvent(event: JsonObject, budget: SpanBudget): SpanEvent {
  budget.value();
  const time = readTime(member(event, 'timeUnixNano'));
  return { name: asText(event.name) ?? '', time, attributes: readAttributes(event.attributes, budget) };
}

/** Lower-case hex of an id in hex, or in base64 of so many bytes. */
function readId(given: unknown, bytes: number): string {
  if (typeof given !== 'string') return '';
  const isBase64 = given.length === Math.ceil(bytes / 3) * 4 && given.endsWith('=');
  return isBase64 ? Buffer.from(given, 'base64').toString('hex') : given.toLowerCase();
}

function readTime(given: unknown): number {
  if (typeof given === 'number') return Number.isFinite(given) ? Math.round(given / 1000) / 1000 : 0;
  return typeof given === 'string' && /^\d{1,20}$/.test(given) ? msOfNanos(BigInt(given)) : 0;
}

function readStatusCode(given: unknown): number {
  if (given === 'STATUS_CODE_ERROR') return 2;
  return typeof given === 'number' ? given : 0;
}

function readAttributes(given: unknown, budget: SpanBudget, depth = 0): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const pair of objects(given)) {
    budget.value();
    attributes.set(asText(pair.key) ?? '', readValue(pair.value, budget, depth + 1));
  }
  return attributes;
}

function readValue(given: unknown, budget: SpanBudget, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) throw new InvalidIntake(`body: an attribute is nested deeper than ${MAX_VALUE_DEPTH}`);
  const any = asObject(given);
  if (any === null) return null;
  const text = member(any, 'stringValue') ?? member(any, 'bytesValue');
  if (typeof text === 'string') return text;
  const flag = member(any, 'boolValue');
  if (typeof flag === 'boolean') return flag;
  const number = member(any, 'intValue') ?? member(any, 'doubleValue');
  if (number !== undefined) return readNumber(number);
  const list = asObject(member(any, 'arrayValue'));
  if (list !== null) {
    return (asArray(list.values) ?? []).map((each) => {
      budget.value();
      return readValue(each, budget, depth + 1);
    });
  }
  const pairs = asObject(member(any, 'kvlistValue'));
  return pairs === null ? null : Object.fromEntries(readAttributes(pairs.values, budget, depth));
}

/** Integers come as text, and so do the numbers that JSON cannot write. */
function readNumber(given: unknown): number | null {
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  return typeof number === 'number' && !Number.isNaN(number) ? number : null;
}
