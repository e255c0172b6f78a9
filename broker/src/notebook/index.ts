export { inject, type IInjection } from './inject.ts';
export { inspect } from './inspect.ts';
export { checkName } from './names.ts';
export { atOnce, inSlices } from './pace.ts';
