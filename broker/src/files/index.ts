export { copy, type CopyResult, type ICopyOptions } from './copy.ts';
export { confirmed } from './confirmed.ts';
export {
  amendRecord,
  deliver,
  deliveredAs,
  type IDelivered,
  type IDelivery
} from './deliver.ts';
export { LIMITS, type ILimits, type IPlanEntry } from './entry.ts';
export { allowed, jobEnvironment } from './environment.ts';
export { EXECUTED, keptResult } from './kept.ts';
export {
  changedFiles,
  expectedOutputs,
  type IExpected,
  type IOutput,
  type IProduced
} from './outputs.ts';
export { plan, type IPlanned, type IPlanOptions } from './plan.ts';
export { projectRoot, projectSlug, slug } from './root.ts';
export { listFolder } from './tree.ts';
export {
  checkWork,
  createRunFolder,
  loadPlan,
  NotARunFolder,
  removeRunFolder,
  writeWhole
} from './run-folder.ts';
