// Child process of the canary test: everything is planted here, and nothing may be printed.
import { type CanaryRig, startCanaryRig } from './canary/canary-rig.ts';
import { plant } from './canary/plant.ts';

const rig: CanaryRig = await startCanaryRig(process.argv[2] as string);
await plant(rig);
await rig.close();
process.send?.({ planted: rig.answers.length });
process.disconnect?.();
