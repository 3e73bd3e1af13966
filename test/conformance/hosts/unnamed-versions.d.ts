// Aliases of other versions have no types of their own; what the tests use of them is as in the newest.
declare module 'express4' {
  import express = require('express');
  export = express;
}
declare module 'koa2' {
  import Koa = require('koa');
  export = Koa;
}
