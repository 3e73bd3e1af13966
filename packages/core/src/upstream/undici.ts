// Bare, so that it stays in front: it must be evaluated before undici is.
import './global-dispatcher.js';
import { type Dispatcher, Pool } from 'undici';
import { restoreGlobalDispatcher } from './global-dispatcher.js';

restoreGlobalDispatcher();

export { type Dispatcher, Pool };
