export { Runtimes } from './runtimes.ts';
export { variables } from './variables.ts';
