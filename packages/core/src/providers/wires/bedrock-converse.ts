import type { AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { ConverseRebuilder } from './bedrock-converse-rebuild.js';
import { bedrockErrorEvent, bedrockException, bedrockMessage } from './bedrock-exception.js';
import { bedrockTier, converseUsage } from './bedrock-usage.js';
import { asObject, asText, type JsonObject } from './json-read.js';

/**
 * Amazon Bedrock's Converse and ConverseStream.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export const bedrockConverse: Wire = {
  name: 'bedrock-converse',
  framings: ['aws-frames'],
  facts: (body) => converseFacts(asObject(body)),
  rebuild: () => new ConverseRebuilder(converseFacts),
  endsWhole,
  errorEvent: bedrockErrorEvent,
};

/** Reads an answer of Converse, or of Amazon Nova, which has the same members. */
export function converseFacts(answer: JsonObject | null): AnswerFacts {
  const tier = bedrockTier(asObject(answer?.serviceTier)?.type, asObject(answer?.performanceConfig)?.latency);
  return {
    model: routedModel(answer),
    usage: converseUsage(answer?.usage),
    finishReason: asText(answer?.stopReason),
    error: answer?.output === undefined ? bedrockMessage(answer) : null,
    usageObject: asObject(answer?.usage),
    serviceTier: tier,
  };
}

/** Only a prompt router tells which model answered, by its ARN, which ends in the model's id. */
function routedModel(answer: JsonObject | null): string | null {
  const invoked = asText(asObject(asObject(answer?.trace)?.promptRouter)?.invokedModelId);
  return invoked === null ? null : asText(invoked.slice(invoked.lastIndexOf('/') + 1));
}

function endsWhole(last: readonly StreamEvent[]): boolean {
  const came = (name: string): boolean => last.some(({ event }) => event === name);
  return came('messageStop') && came('metadata') && !last.some((event) => bedrockException(event) !== null);
}
