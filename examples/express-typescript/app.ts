import { heliconeProxy } from '@helicone-proxy/express';
import express from 'express';
import { askModel } from './ask-model.ts';
import type { Config } from './config.ts';
import { heliconeOptions } from './helicone.ts';

/** The app, and the proxy in it. */
export function createApp(config: Config) {
  const helicone = heliconeProxy(heliconeOptions(config));
  const app = express();
  app.disable('x-powered-by');
  app.use(helicone); // before body parsers, so that request bodies go on byte for byte
  app.use(express.json());

  // A route of your own that calls the model, through the proxy as everybody does.
  app.post('/ask', async (req, res) => {
    const { question, user } = req.body ?? {};
    if (typeof question !== 'string' || typeof user !== 'string') {
      res.status(400).json({ error: 'question and user must be texts' });
      return;
    }
    const baseUrl = `http://127.0.0.1:${req.socket.localPort}/helicone/openai/v1`;
    const { status, text } = await askModel({ baseUrl, apiKey: config.appKey, user, question });
    res.status(status).json(status === 200 ? { answer: text } : { error: text });
  });

  return { app, proxy: helicone.proxy };
}
