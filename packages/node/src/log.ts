import { type Intake, InvalidIntake, type LogIntake } from '@helicone-proxy/core';

/** Builds `proxy.log`: a log of this process goes the way of one that comes over HTTP. */
export function createLog(intake: Intake): (wire: LogIntake) => Promise<{ requestId: string }> {
  return async function log(wire) {
    if (typeof wire !== 'object' || wire === null) throw new InvalidIntake('must be an object');
    const { tenant = 'default', ...rest } = wire;
    if (typeof tenant !== 'string' || tenant === '') throw new InvalidIntake('tenant: must be text, and not empty');
    const result = await intake.accept({
      format: 'log',
      bytes: new TextEncoder().encode(JSON.stringify(rest)),
      encoding: '',
      provider: null,
      headers: {},
      caller: { tenant, userId: null, policy: null },
    });
    const [error] = result.errors;
    if (error !== undefined) throw new InvalidIntake(error.message);
    return { requestId: result.requestIds[0] as string };
  };
}
