let chosen: string | undefined;

/**
 * Takes the language that JupyterLab was set to. Its default says nothing of how
 * the user writes dates and numbers, and so leaves that to the browser.
 *
 * @param code - as `ITranslator.languageCode` has it: `fr_FR`, `default`
 */
export function speak(code: string): void {
  const tag = code.replaceAll('_', '-');
  const known =
    tag !== 'default' && tag !== 'en' && isTag(tag)
      ? Intl.DateTimeFormat.supportedLocalesOf(tag)
      : [];
  chosen = known.at(0);
  made.clear();
  numerals.clear();
}

/** For `Intl`; undefined: the browser's own. */
export function locale(): string | undefined {
  return chosen;
}

const made = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make and asked for in every line: one of each is kept. */
export function dates(
  options: Intl.DateTimeFormatOptions
): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(chosen, options);
    made.set(key, format);
  }
  return format;
}

const numerals = new Map<string, Intl.NumberFormat>();

/** The same for numbers. */
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = numerals.get(key);
  if (!format) {
    format = new Intl.NumberFormat(chosen, options);
    numerals.set(key, format);
  }
  return format;
}

/** A number with so many digits after the point, as the user writes it: `0,8`. */
export function decimal(value: number, places: number): string {
  return numbers({
    minimumFractionDigits: places,
    maximumFractionDigits: places
  }).format(value);
}

/** A whole number as the user groups its digits: `12,345`. */
export function count(value: number): string {
  return numbers({}).format(value);
}

/** The same, where there are more than were counted: `1,000+`. */
export function atLeast(value: number, more: boolean): string {
  return more ? `${count(value)}+` : count(value);
}

/** A whole number without groups, filled up to so many digits: `07`. */
export function digits(value: number, least: number): string {
  const options = { minimumIntegerDigits: least, useGrouping: false };
  return numbers(options).format(value);
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
