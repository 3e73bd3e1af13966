// Makes calls, logs them and has nothing more to do.
import { HeliconeAsyncLogger } from '@helicone-proxy/logger';

const logger = new HeliconeAsyncLogger();
for (let number = 0; number < Number(process.argv[2]); number++) {
  const response = { id: `r-${number}`, object: 'chat.completion', model: 'gpt-4', choices: [] };
  void logger.log(response, { properties: { number } });
}
