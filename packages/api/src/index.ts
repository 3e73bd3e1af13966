export { type Api, type ApiCaller, type ApiOptions, createApi } from './create-api.js';
