/** The byte pair encodings that estimates are counted with. */
export type EncodingName = 'o200k_base' | 'cl100k_base';

/**
 * Models of the older encoding, by how their names begin: GPT-4 before 4o, GPT-3.5, its embeddings and two base models.
 * From tiktoken's own table: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
 */
const CL100K = /^(?:gpt-4(?![o.\d])|gpt-3\.?5|text-embedding-|davinci-002|babbage-002)/;

/**
 * The encoding of a model: OpenAI's own for its models, also where a gateway (`openai/gpt-4`) or a fine-tune (`ft:gpt-4:…`)
 * names them. Everybody else's is not published for JavaScript; the newer one stands in for it.
 */
export function encodingOfModel(model: string | null): EncodingName {
  const name = model?.slice(model.lastIndexOf('/') + 1).replace(/^ft:/, '') ?? '';
  return CL100K.test(name) ? 'cl100k_base' : 'o200k_base';
}
