/** Versions of what the packages stand beside, as a project of that age would have them. */
export interface Versions {
  express: string;
  koa: string;
  fastify: string;
  nest: string;
  nestExpress: string;
  nestFastify: string;
  typesExpress: string;
  typesKoa: string;
}

/**
 * The ends of every declared peer range, pinned so that a run tomorrow is the run of today. Nest 12 starts with 12.0.1, and Nest
 * 11 on Fastify with platform-fastify 11.0.3: those before ask for another major of Nest themselves.
 */
export const VERSIONS = {
  lowest: {
    express: '4.18.0',
    koa: '2.13.0',
    fastify: '5.0.0',
    nest: '11.0.0',
    nestExpress: '11.0.0',
    nestFastify: '11.0.3',
    typesExpress: '4.17.13',
    typesKoa: '2.13.1',
  },
  'newest of the older major': {
    express: '4.22.3',
    koa: '2.16.4',
    fastify: '5.12.8',
    nest: '11.2.10',
    nestExpress: '11.2.10',
    nestFastify: '11.2.8',
    typesExpress: '4.17.25',
    typesKoa: '2.15.2',
  },
  'lowest of the newer major': {
    express: '5.0.0',
    koa: '3.0.0',
    fastify: '5.0.0',
    nest: '12.0.1',
    nestExpress: '12.0.1',
    nestFastify: '12.0.1',
    typesExpress: '5.0.0',
    typesKoa: '3.0.0',
  },
  newest: {
    express: '5.3.0',
    koa: '3.3.0',
    fastify: '5.12.8',
    nest: '12.5.1',
    nestExpress: '12.5.1',
    nestFastify: '12.5.0',
    typesExpress: '5.0.6',
    typesKoa: '3.0.3',
  },
} as const satisfies Record<string, Versions>;

export type Generation = keyof typeof VERSIONS;

/** What a project has whatever its age. The host's own undici is of the line that Node 22 has in it. */
const BESIDES = {
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  openai: '7.55.0',
  undici: '6.29.1',
  '@types/node': '24.19.2',
};

/** Dependencies of a project of that generation, by name. */
export function dependenciesOf(generation: Generation): Record<string, string> {
  const versions: Versions = VERSIONS[generation];
  return {
    express: versions.express,
    koa: versions.koa,
    fastify: versions.fastify,
    '@nestjs/common': versions.nest,
    '@nestjs/core': versions.nest,
    '@nestjs/platform-express': versions.nestExpress,
    '@nestjs/platform-fastify': versions.nestFastify,
    '@types/express': versions.typesExpress,
    '@types/koa': versions.typesKoa,
    ...BESIDES,
  };
}
