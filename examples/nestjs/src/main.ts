import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { rawBody: true }); // so that request bodies go on byte for byte
// Running calls may finish and every record is written. Without the second argument the process ends by the signal, not with 0.
app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });

await app.listen(Number(process.env.PORT ?? 3000));
const { port } = new URL(await app.getUrl());
console.log(`OpenAI's base URL is now http://localhost:${port}/helicone/openai/v1`);
