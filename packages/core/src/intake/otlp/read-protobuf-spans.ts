// Field numbers are those of opentelemetry-proto 1.x: collector/trace/v1, trace/v1, common/v1.
import { InvalidIntake } from '../intake.js';
import { ProtobufReader } from './protobuf-reader.js';
import { type AttributeValue, MAX_VALUE_DEPTH, msOfNanos, type Span, SpanBudget, type SpanEvent } from './span.js';

/** Reads an `ExportTraceServiceRequest`. @throws {InvalidIntake} */
export function readProtobufSpans(body: Buffer): Span[] {
  const spans: Span[] = [];
  const budget = new SpanBudget();
  each(new ProtobufReader(body), 1, (resourceSpans) => {
    each(resourceSpans, 2, (scopeSpans) => {
      each(scopeSpans, 2, (span) => {
        budget.span();
        spans.push(readSpan(span, budget));
      });
    });
  });
  return spans;
}

/** Hands out each message in the fields with this number. */
function each(reader: ProtobufReader, number: number, take: (message: ProtobufReader) => void): void {
  for (let field = reader.next(); field !== null; field = reader.next()) {
    const message = field === number ? reader.message() : null;
    if (message !== null) take(message);
  }
}

function readSpan(reader: ProtobufReader, budget: SpanBudget): Span {
  const attributes = new Map<string, AttributeValue>();
  const events: SpanEvent[] = [];
  const span: Span = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    startTime: 0,
    endTime: 0,
    attributes,
    events,
    statusCode: 0,
    statusMessage: '',
  };
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field === 1) span.traceId = reader.bytes().toString('hex');
    else if (field === 2) span.spanId = reader.bytes().toString('hex');
    else if (field === 4) span.parentSpanId = reader.bytes().toString('hex');
    else if (field === 5) span.name = reader.text();
    else if (field === 7) span.startTime = msOfNanos(reader.fixed64());
    else if (field === 8) span.endTime = msOfNanos(reader.fixed64());
    else if (field === 9) readKeyValue(reader.message(), attributes, budget);
    else if (field === 11) events.push(readEvent(reader.message(), budget));
    else if (field === 15) readStatus(reader.message(), span);
  }
  return span;
}

function readEvent(reader: ProtobufReader | null, budget: SpanBudget): SpanEvent {
  budget.value();
  const attributes = new Map<string, AttributeValue>();
  const event: SpanEvent = { name: '', time: 0, attributes };
  for (let field = reader?.next() ?? null; reader !== null && field !== null; field = reader.next()) {
    if (field === 1) event.time = msOfNanos(reader.fixed64());
    else if (field === 2) event.name = reader.text();
    else if (field === 3) readKeyValue(reader.message(), attributes, budget);
  }
  return event;
}

function readStatus(reader: ProtobufReader | null, span: Span): void {
  for (let field = reader?.next() ?? null; reader !== null && field !== null; field = reader.next()) {
    if (field === 2) span.statusMessage = reader.text();
    else if (field === 3) span.statusCode = Number(reader.int64());
  }
}

function readKeyValue(
  reader: ProtobufReader | null,
  into: Map<string, AttributeValue>,
  budget: SpanBudget,
  depth = 0,
): void {
  budget.value();
  let key = '';
  let value: AttributeValue = null;
  for (let field = reader?.next() ?? null; reader !== null && field !== null; field = reader.next()) {
    if (field === 1) key = reader.text();
    else if (field === 2) value = readValue(reader.message(), budget, depth + 1);
  }
  into.set(key, value);
}

function readValue(reader: ProtobufReader | null, budget: SpanBudget, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) throw new InvalidIntake(`body: an attribute is nested deeper than ${MAX_VALUE_DEPTH}`);
  let value: AttributeValue = null;
  for (let field = reader?.next() ?? null; reader !== null && field !== null; field = reader.next()) {
    if (field === 1) value = reader.text();
    else if (field === 2) value = reader.int64() !== 0n;
    else if (field === 3) value = Number(reader.int64());
    else if (field === 4) value = reader.double();
    else if (field === 5) value = readArray(reader.message(), budget, depth);
    else if (field === 6) value = readObject(reader.message(), budget, depth);
    else if (field === 7) value = reader.bytes().toString('base64');
  }
  return value;
}

function readArray(reader: ProtobufReader | null, budget: SpanBudget, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  if (reader !== null) {
    each(reader, 1, (value) => {
      budget.value();
      values.push(readValue(value, budget, depth + 1));
    });
  }
  return values;
}

function readObject(reader: ProtobufReader | null, budget: SpanBudget, depth: number): AttributeValue {
  const values = new Map<string, AttributeValue>();
  if (reader !== null) each(reader, 1, (pair) => readKeyValue(pair, values, budget, depth));
  return Object.fromEntries(values);
}
