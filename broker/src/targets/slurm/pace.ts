/** What the looks at a cluster have told so far. */
export interface ILooks {
  /** in succession, that got no answer */
  readonly failures: number;
  /** in succession, that told nothing new */
  readonly quiet: number;
}

const SECOND = 1_000;
/** While something happens, and at first. */
export const FIRST_MS = 2 * SECOND;
/** While nothing does. */
export const MOST_MS = 60 * SECOND;
/** While a job may hold a credential, which dies with it. */
export const LEASED_MS = 5 * SECOND;
/** While nobody answers: whoever is down needs no crowd at its door. */
export const FAILING_MS = 600 * SECOND;
/** The same where a credential depends on the answer. */
export const FAILING_LEASED_MS = 60 * SECOND;
/** Between two questions, whoever has one. */
export const GAP_MS = SECOND;
const MOST_GAP_MS = 15 * SECOND;

/**
 * Milliseconds between a look that was taken and the next one. Pure.
 *
 * @param leased - a job that is looked for may hold a credential
 * @param random - in [0, 1): what starts together does not stay together
 */
export function paceOf(
  { failures, quiet }: ILooks,
  leased: boolean,
  random: number
): number {
  const [base, most] =
    failures > 0
      ? [2 ** failures, leased ? FAILING_LEASED_MS : FAILING_MS]
      : [1.5 ** quiet, leased ? LEASED_MS : MOST_MS];
  const pace = Math.min(FIRST_MS * base, most);
  // up to a fifth less; never more often than at first
  return Math.max(FIRST_MS, Math.round(pace * (1 - random / 5)));
}

/** Milliseconds between two looks that somebody waits for. Pure. */
export function gapOf({ failures }: ILooks): number {
  return Math.min(GAP_MS * 2 ** failures, MOST_GAP_MS);
}

/** What the looks have told with this one, which tells `picture`. Pure. */
export function after(
  looks: ILooks,
  answered: boolean,
  isNew: boolean
): ILooks {
  return answered
    ? { failures: 0, quiet: isNew ? 0 : looks.quiet + 1 }
    : { failures: looks.failures + 1, quiet: looks.quiet };
}
