// Models and what they cost.
import { ModelList, type ModelLists, ModelRegistry, modelLists } from '../model-list.js';
import { PlainAnswer, type Route, type RouteContext, route } from '../route.js';

/** OpenAI's lists have no envelope. */
const list = { method: 'GET', access: 'read', tag: 'Models', plain: ModelList } as const;

export const modelRoutes: readonly Route[] = [
  route({
    ...list,
    pattern: '/v1/models',
    summary: "Models whose price is known, as OpenAI's list, and what each provider charges for them.",
    handle: (context) => answer(context, 'models'),
  }),
  route({
    ...list,
    pattern: '/v1/models/multimodal',
    summary: "Those that take or give something besides text, as OpenAI's list.",
    handle: (context) => answer(context, 'multimodal'),
  }),
  route({
    method: 'GET',
    pattern: '/v1/public/model-registry/models',
    access: 'read',
    tag: 'Models',
    summary: 'Models with what each provider charges now, USD per million tokens; your own prices come first.',
    data: ModelRegistry,
    handle: (context) => answer(context, 'registry'),
  }),
];

async function answer({ options }: RouteContext, which: keyof ModelLists): Promise<PlainAnswer> {
  const lists = await modelLists(options);
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return new PlainAnswer({ status: 200, headers, body: lists[which] });
}
