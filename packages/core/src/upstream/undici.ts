// biome-ignore assist/source/organizeImports: undici must come second
import { type Dispatcher, Pool } from 'undici';
import { restoreGlobalDispatcher } from './global-dispatcher.js';

restoreGlobalDispatcher();

export { type Dispatcher, Pool };
