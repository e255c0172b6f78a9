const NOISE =
  /^(?:%%|!|-\*-|noqa\b|type:|pylint:|mypy:|pyright:|ruff:|fmt:|isort:|pragma:|todo\b|fixme\b|\+$|parameters?:?$|inputs?:?$|[-=#*_~]{2,})/i;
const CODE =
  /^[\p{L}_][\p{L}\p{N}_]*\s*=[^=]|^import\s+[\w.]+$|^from\s+[\w.]+\s+import\b/u;
const NUMBER = String.raw`([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`;
const RANGE = new RegExp(
  [
    String.raw`\[\s*${NUMBER}\s*,\s*${NUMBER}\s*\]`,
    String.raw`(?<![\d.])${NUMBER}\s*(?:\.\.\.?|…)\s*${NUMBER}(?![\d.])`,
    String.raw`(?<![\w.])${NUMBER}\s+to\s+${NUMBER}(?!\w)`,
    String.raw`\bbetween\s+${NUMBER}\s+and\s+${NUMBER}(?!\w)`
  ].join('|')
);
const STEP = new RegExp(String.raw`\bstep(?:\s+of)?\s*[:=]?\s*${NUMBER}`, 'i');

export interface IRange {
  min: string | null;
  max: string | null;
  step: string | null;
}

/**
 * What the author wrote beside an assignment, or else in the lines just above
 * it. Remarks to tools, headings and code that was commented out do not count.
 */
export function describe(
  source: string,
  from: number,
  to: number
): string | null {
  const beside = /^[ \t]*;?[ \t]*#+:?[ \t]*(.*)/.exec(source.slice(to));
  const besideText = beside && clean(beside[1]);
  if (besideText) {
    return besideText;
  }
  const above = source.slice(0, source.lastIndexOf('\n', from - 1) + 1);
  const lines = above.split('\n').slice(0, -1);
  const found: string[] = [];
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const comment = /^[ \t]*#+:?[ \t]*(.*?)[ \t\r]*$/.exec(line);
    const text = comment && clean(comment[1]);
    if (!text) {
      break;
    }
    found.unshift(text);
  }
  return found.length > 0 ? found.join(' ') : null;
}

function clean(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === '' || NOISE.test(trimmed) || CODE.test(trimmed)
    ? null
    : trimmed;
}

/** A range that a description spells out: `[0, 5]`, `0..5`, `0 to 5`. */
export function readRange(description: string | null): IRange {
  const range = description && RANGE.exec(description);
  const step = description && STEP.exec(description);
  const [min, max] = range ? range.slice(1).filter(Boolean) : [];
  const sound = min !== undefined && Number(min) < Number(max);
  return {
    min: sound ? min : null,
    max: sound ? max : null,
    step: step ? step[1] : null
  };
}
