export const QUESTION = 'In one short sentence: why do people watch the sea?';

/** Long enough for the providers' prompt caches, which begin at about 1024 tokens. */
export const HANDBOOK = `You answer questions about a lighthouse. ${Array.from(
  { length: 120 },
  (_, page) => `Page ${page + 1} of the handbook: the lamp is lit at dusk.`,
).join(' ')}`;

export const WEATHER_TOOL = {
  name: 'get_weather',
  description: 'The weather of a city right now',
  schema: {
    type: 'object' as const,
    properties: { city: { type: 'string', examples: ['Lisbon'] } },
    required: ['city'],
    additionalProperties: false,
  },
};

/** One line of an answer, cut where it is long. */
export function firstWords(text: string | null | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
