/** Answers that are good for a while, by question; those under way count too. */
export class Kept<T> {
  readonly #clock: () => number;
  readonly #goodFor: (answer: T) => number;
  readonly #answers = new Map<string, { until: number; answer: Promise<T> }>();

  /** @param goodFor - ms */
  constructor(clock: () => number, goodFor: (answer: T) => number) {
    this.#clock = clock;
    this.#goodFor = goodFor;
  }

  get(question: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#clock();
    for (const [key, { until }] of this.#answers) {
      if (now >= until) {
        this.#answers.delete(key);
      }
    }
    const known = this.#answers.get(question);
    if (known) {
      return known.answer;
    }
    const asked = { until: Infinity, answer: ask() };
    this.#answers.set(question, asked);
    asked.answer.then(
      answer => {
        asked.until = this.#clock() + this.#goodFor(answer);
      },
      // Whoever waits for it hears of it; the next one asks anew.
      () => this.#answers.delete(question)
    );
    return asked.answer;
  }
}
