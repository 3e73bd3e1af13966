import { createServer, type RequestListener } from 'node:http';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import { type Host, type HostSetup, NO_SUCH_PAGE, type RunningHost, type Step } from './host.js';
import { consume, nodeSteps } from './node-steps.js';
import { CONSUMED } from './parser-facts.js';
import { asBasePath, runningHost } from './running-host.js';

export const NODE_HTTP: Host = {
  name: 'node:http',
  parsers: { consumed: CONSUMED },
  start(options, setup = {}) {
    const handler = heliconeProxy(asBasePath(options, setup));
    const steps = nodeSteps(setup);
    if (setup.parser === 'consumed') steps.push(consume);
    steps.push(handler);
    if (setup.second !== undefined) steps.push(heliconeProxy(asBasePath(setup.second.options, setup.second)));
    steps.push(ownRoute);
    const listener: RequestListener = (req, res) => {
      const run = (index: number): void => {
        const step = steps[index];
        if (step === undefined) res.writeHead(404).end(NO_SUCH_PAGE);
        else step(req, res, (error) => (error === undefined ? run(index + 1) : res.writeHead(500).end('failed')));
      };
      run(0);
    };
    return listening(listener, handler.proxy, { options, setup });
  },
};

/** Reads and parses by itself: there is no parser in plain Node. */
const ownRoute: Step = (req, res, next) => {
  if (req.url !== '/own') return next();
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => res.end(`{"own":${Buffer.concat(chunks)}}`));
};

/** Starts a server of this listener. `mountPath` is where a router has mounted the proxy, which upgrades do not pass. */
export async function listening(
  listener: RequestListener,
  proxy: HeliconeProxy,
  { options, setup, mountPath }: { options: HeliconeProxyOptions; setup: HostSetup; mountPath?: string },
): Promise<RunningHost> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (setup.webSockets === true) {
    server.on('upgrade', (req, socket, head) => {
      if (!proxy.handleUpgrade(req, socket, head, { mountPath })) socket.destroy();
    });
  }
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return runningHost({ server, proxy, options, setup, close });
}
