/** What the environment says. */
export interface Config {
  port: number;
  /** Key of this app's own calls through the proxy. */
  appKey: string;
  /** Key of another team. */
  researchKey: string;
  openaiKey: string;
  /** Only where OpenAI's calls must go elsewhere, for example to a gateway of your own. */
  openaiUpstream: string | undefined;
}

/** Reads it once, at the start. Throws where something is missing. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: Number(env.PORT ?? 3000),
    appKey: required(env, 'APP_KEY'),
    researchKey: required(env, 'RESEARCH_KEY'),
    openaiKey: required(env, 'OPENAI_API_KEY'),
    openaiUpstream: env.OPENAI_UPSTREAM,
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
