export { LocalTarget, type ILocalOptions } from './local-target.ts';
