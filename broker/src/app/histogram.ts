/** Upper bounds in seconds: from a quick provider to one that is away for hours. */
const BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 600, 3600];

/** Labels of one series, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** Prometheus' text form 0.0.4: a backslash, a quote and a line feed are escaped. */
export function series(name: string, labels: Labels, value: number): string {
  const told = Object.entries(labels).map(
    ([key, text]) =>
      `${key}="${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
  );
  return `${name}${told.length > 0 ? `{${told.join(',')}}` : ''} ${value}`;
}

export function metric(
  name: string,
  type: 'gauge' | 'counter' | 'histogram',
  help: string,
  lines: readonly string[]
): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join(
    '\n'
  );
}

interface IBuckets {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Durations by label, since this broker started. */
export class Histogram {
  readonly #series = new Map<string, IBuckets>();

  observe(labels: Labels, seconds: number): void {
    const key = JSON.stringify(labels);
    const found = this.#series.get(key) ?? {
      labels,
      counts: BOUNDS.map(() => 0),
      sum: 0,
      count: 0
    };
    this.#series.set(key, found);
    BOUNDS.forEach((bound, index) => {
      found.counts[index] =
        (found.counts[index] ?? 0) + (seconds <= bound ? 1 : 0);
    });
    found.sum += seconds;
    found.count += 1;
  }

  lines(name: string): string[] {
    return [...this.#series.values()].flatMap(
      ({ labels, counts, sum, count }) => [
        ...BOUNDS.map((bound, index) =>
          series(
            `${name}_bucket`,
            { ...labels, le: String(bound) },
            counts[index] ?? 0
          )
        ),
        series(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
        series(`${name}_sum`, labels, sum),
        series(`${name}_count`, labels, count)
      ]
    );
  }
}
