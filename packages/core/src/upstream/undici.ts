// Bare, so that it stays in front: it must be evaluated before undici is.
import './global-dispatcher.js';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { restoreGlobalDispatcher } from './global-dispatcher.js';

restoreGlobalDispatcher();

export { buildConnector, Client, type Dispatcher, Pool };
