import { fatal, retry } from './classify.ts';
import type { Answer } from './provider.ts';
import { SecretFileError } from './secret-file.ts';
import { UnsafeUrlError, WireError } from './wire.ts';

/** Everything unexpected is ours to explain; its message is not repeated. */
export function refusalOf(error: unknown): Answer<never> {
  if (error instanceof WireError) {
    return error.retry();
  }
  if (error instanceof UnsafeUrlError) {
    return fatal('identity_refused', error.message);
  }
  if (error instanceof SecretFileError) {
    return fatal('identity_refused', error.message);
  }
  return retry('could not be understood', true);
}
