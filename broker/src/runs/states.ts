import {
  BatchError,
  problem,
  RunState,
  TERMINAL
} from '@jupyterlab-batch/protocol';

const STATES: readonly string[] = RunState.enum;
const SETS = new Map<string, readonly string[]>([
  ['active', STATES.filter(state => !TERMINAL.some(end => end === state))],
  ['ended', TERMINAL]
]);

/**
 * The states that a list asks for: comma separated names of states or sets.
 *
 * @throws BatchError `invalid_request`, for a word that is neither: no run would
 *   ever fit it
 */
export function statesOf(asked: string | undefined): string[] | undefined {
  return asked?.split(',').flatMap(word => {
    const name = word.trim();
    const states = SETS.get(name) ?? (STATES.includes(name) ? [name] : null);
    if (states === null) {
      throw new BatchError(
        problem(
          'invalid_request',
          `${JSON.stringify(name)} is not a state of a run. States are ` +
            `${STATES.join(', ')}; ${[...SETS.keys()].join(' and ')} stand for several.`
        )
      );
    }
    return states;
  });
}
