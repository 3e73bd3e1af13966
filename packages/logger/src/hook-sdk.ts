import type { SdkName } from './endpoints.js';
import { hookGoogle } from './hook-google.js';
import { hookStainless } from './hook-stainless.js';
import type { CallObserver } from './observe-fetch.js';

export interface SdkToHook {
  sdk: SdkName;
  /** Class, module or client. */
  module: unknown;
  observer: CallObserver;
}

/** Names of the classes in their modules. */
const CLASSES: Record<SdkName, string> = { openai: 'OpenAI', anthropic: 'Anthropic', google: 'GoogleGenAI' };

/** Observes an SDK, unless `hooks` says that it is observed already; what undoes it is added there. */
export function hookSdk({ sdk, module, observer }: SdkToHook, hooks: Map<object, () => void>): void {
  const holder = holderOf(sdk, module);
  if (holder === null)
    throw new TypeError(`init: that is neither the ${CLASSES[sdk]} class, nor its module, nor a client`);
  if (hooks.has(holder)) return;
  hooks.set(holder, sdk === 'google' ? hookGoogle(holder, observer) : hookStainless(sdk, holder, observer));
}

/** The prototype of a class, or a client. */
function holderOf(sdk: SdkName, module: unknown): object | null {
  if (module === null || (typeof module !== 'object' && typeof module !== 'function')) return null;
  const { [CLASSES[sdk]]: named, default: standard } = module as Record<string, unknown>;
  // What `require` gives may be a function that stands for the class, and has it as a member.
  for (const candidate of [named, module, standard]) {
    if (typeof candidate === 'function') return candidate.prototype as object;
  }
  // A client is an object of a class, a module is not.
  const prototype = Object.getPrototypeOf(module) as object | null;
  return prototype === Object.prototype || prototype === null ? null : module;
}
