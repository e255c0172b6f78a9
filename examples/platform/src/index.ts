export { startPlatform } from './platform.ts';
export type { IPlatform, IPlatformOptions } from './platform.ts';
export type { Fault, IRequestLine } from './faults.ts';
export type { IInventory, ILogEntry } from './inventory.ts';
export { digest } from './inventory.ts';
