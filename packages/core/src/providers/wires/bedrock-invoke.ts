import type { AnswerContext, AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { bedrockErrorEvent } from './bedrock-exception.js';
import { isEmbedding, modelFacts } from './bedrock-invoke-facts.js';
import { InvokeRebuilder } from './bedrock-invoke-rebuild.js';
import { bedrockTier, headerUsage, withCounted } from './bedrock-usage.js';
import { asObject } from './json-read.js';

/**
 * Amazon Bedrock's InvokeModel and InvokeModelWithResponseStream: each model answers as its maker has it, which is told by how
 * the answer looks.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export const bedrockInvoke: Wire = {
  name: 'bedrock-invoke',
  framings: ['aws-frames'],
  facts,
  rebuild: (context) => new InvokeRebuilder((told) => ofCall(told, context)),
  endsWhole,
  errorEvent: bedrockErrorEvent,
};

function facts(body: unknown, context?: AnswerContext): AnswerFacts {
  const answer = asObject(body);
  const told = modelFacts(answer);
  let counted = context === undefined ? null : headerUsage(context.headers);
  if (counted !== null && isEmbedding(answer)) counted = { ...counted, outputTokens: counted.outputTokens ?? 0 };
  return ofCall(withCounted(told, counted), context);
}

/** What a model's answer says, as part of a call: which model it was and at which tier is known outside of it. */
function ofCall(told: AnswerFacts, context: AnswerContext | undefined): AnswerFacts {
  if (context === undefined) return told;
  const { path, requestModel, headers } = context;
  const serviceTier = bedrockTier(
    headers['x-amzn-bedrock-service-tier'],
    headers['x-amzn-bedrock-performanceconfig-latency'],
  );
  // Claude names itself as Anthropic does; prices go by Bedrock's own ids, which tell the region, too.
  const named = requestModel === null || UNNAMED.test(path);
  return { ...told, model: named ? told.model : null, serviceTier: serviceTier ?? told.serviceTier ?? null };
}

/** Resources whose ids do not tell which model is behind them. Their ARN's slash may be encoded. */
const UNNAMED =
  /(?:application-inference-profile|provisioned-model|imported-model|custom-model|custom-model-deployment|prompt-router)(?:\/|%2f)/i;

function endsWhole(last: readonly StreamEvent[]): boolean {
  const rebuilder = new InvokeRebuilder((told) => told);
  for (const event of last) rebuilder.push(event);
  return rebuilder.complete();
}
