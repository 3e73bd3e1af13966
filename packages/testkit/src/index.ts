export { type RawAnswer, sendRaw } from './client/raw-client.js';
export {
  type CallOptions,
  type ClientCall,
  call,
  get,
  type Received,
  type ReceivedHead,
} from './client/test-client.js';
export type { Answer, AnswerTokens } from './provider/answer.js';
export { ANSWERS } from './provider/answers.js';
export { type Connection, ConnectionClosed } from './provider/connection.js';
export {
  type AnswerHead,
  chunkBytes,
  drip,
  type Exchange,
  type Framing,
  headBytes,
  inPieces,
  type Piece,
  splitAt,
} from './provider/exchange.js';
export { createGate, type Gate, turn } from './provider/gate.js';
export {
  type Script,
  type ScriptedProvider,
  startScriptedProvider,
  unreachableOrigin,
} from './provider/scripted-provider.js';
export type { SeenRequest } from './provider/seen-request.js';
export { type StandIn, type StandInOptions, type StandInRequest, startStandIn } from './provider/stand-in/stand-in.js';
export { emptyRow, expectedRecord, fullRow, recordRow, zeroRow } from './stores/rows.js';
export { type StoreRunner, type StoreSession, storeSuite } from './stores/store-suite.js';
