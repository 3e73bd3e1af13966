import type { Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from './undici.js';

/** Who sends a request and wants to know over which connection it goes. */
interface Sender extends Dispatcher.DispatchHandler {
  connection?: Connection | null;
}

/** One of a pool's connections, which undici makes anew on the same object when it ends. */
export class Connection extends Client {
  readonly #newest: { socket: Socket | null };

  /** `options.connect` must be a connector. */
  constructor(origin: string | URL, options: Client.Options) {
    const newest: { socket: Socket | null } = { socket: null };
    const connect = options.connect as buildConnector.connector;
    super(origin, {
      ...options,
      connect: (target, done) =>
        connect(target, (...made) => {
          newest.socket = made[1];
          done(...made);
        }),
    });
    this.#newest = newest;
  }

  /** Bytes that the present connection, or when it has ended that one, has brought; what TLS adds is not counted. */
  get bytesRead(): number {
    return this.#newest.socket?.bytesRead ?? 0;
  }

  override dispatch(request: Dispatcher.DispatchOptions, sender: Sender): boolean {
    sender.connection = this;
    return super.dispatch(request, sender);
  }
}
