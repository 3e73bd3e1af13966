import { toFile } from 'openai';
import { all } from './all.js';
import { media, type TypedEvent, typedBlocks } from './answer.js';
import { bytes, deleted, events, json, type OpenAICase, page } from './openai-sdk.js';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), media(30_000)]);
const MP4 = media(100_000);
const IMAGE_USAGE = { input_tokens: 50, output_tokens: 50, total_tokens: 100 };

const png = (name: string) => toFile(PNG, name, { type: 'image/png' });

function image(): object {
  const size = { background: 'opaque', output_format: 'png', quality: 'high', size: '1024x1024' };
  return { created: 1713833628, data: [{ b64_json: PNG.toString('base64') }], usage: IMAGE_USAGE, ...size };
}

function imageEvents(kind: 'image_generation' | 'image_edit'): TypedEvent[] {
  const size = { created_at: 1620000000, size: '1024x1024', quality: 'high', background: 'transparent' };
  const partial = (at: number) => ({
    type: `${kind}.partial_image`,
    b64_json: PNG.subarray(0, 9000 * (at + 1)).toString('base64'),
    partial_image_index: at,
    output_format: 'png',
    ...size,
  });
  return [
    partial(0),
    partial(1),
    { type: `${kind}.completed`, b64_json: PNG.toString('base64'), output_format: 'png', usage: IMAGE_USAGE, ...size },
  ];
}

/** Images, made and changed. */
export const IMAGE_CASES: readonly OpenAICase[] = [
  {
    name: 'image',
    answers: [json(image())],
    run: (openai) => openai.images.generate({ model: 'gpt-image-1', prompt: 'A cute baby sea otter', n: 1 }),
    gives: { data: [{ b64_json: PNG.toString('base64') }] },
  },
  {
    name: 'image, streamed in part',
    answers: [events(typedBlocks(imageEvents('image_generation')))],
    run: (openai) =>
      all(openai.images.generate({ model: 'gpt-image-1', prompt: 'A river', stream: true, partial_images: 2 })),
    gives: [{ partial_image_index: 0 }, { partial_image_index: 1 }, { type: 'image_generation.completed' }],
  },
  {
    name: 'image, edited',
    answers: [json(image())],
    run: async (openai) =>
      openai.images.edit({
        model: 'gpt-image-1',
        image: [await png('lotion.png'), await png('seife — 石鹸.png')],
        mask: await png('mask.png'),
        prompt: 'A gift basket — リボン',
      }),
  },
  {
    name: 'image, edited and streamed',
    answers: [events(typedBlocks(imageEvents('image_edit')))],
    run: async (openai) =>
      all(openai.images.edit({ model: 'gpt-image-1', image: await png('a.png'), prompt: 'Blue', stream: true })),
    gives: [{}, {}, { type: 'image_edit.completed' }],
  },
  {
    name: 'image, varied',
    answers: [
      json({ created: 1589478378, data: [{ url: 'https://example.com/1.png' }, { url: 'https://example.com/2.png' }] }),
    ],
    run: async (openai) => openai.images.createVariation({ image: await png('otter.png'), n: 2, size: '1024x1024' }),
  },
];

const VIDEO = {
  id: 'video_123',
  object: 'video',
  model: 'sora-2',
  status: 'queued',
  progress: 0,
  created_at: 1712697600,
  size: '1024x1792',
  seconds: '8',
  quality: 'standard',
};

/** Videos. */
export const VIDEO_CASES: readonly OpenAICase[] = [
  {
    name: 'videos',
    answers: [
      json(VIDEO),
      json({ ...VIDEO, progress: 33 }),
      page([VIDEO]),
      bytes('video/mp4', MP4),
      deleted('video_123', 'video.deleted'),
    ],
    async run({ videos }) {
      return [
        await videos.create({ model: 'sora-2', prompt: 'A calico cat', input_reference: await png('cat.png') }),
        await videos.retrieve('video_123'),
        await all(videos.list({ limit: 20 })),
        MP4.equals(Buffer.from(await (await videos.downloadContent('video_123', { variant: 'video' })).arrayBuffer())),
        await videos.delete('video_123'),
      ];
    },
    gives: [{}, { progress: 33 }, [{}], true, { deleted: true }],
  },
];
