import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { placeOf } from '../tests/batch';
import { messagesOfSource, type IMessage } from './messages';

/**
 * A language that nobody else brings a pack for, and whose numbers and dates are
 * not those of the browser: `0,8`, `27 nov. 2026`.
 */
export const LOCALE = 'fr_LU';
/** the same, as browsers name it */
export const TAG = LOCALE.replace('_', '-');
export const DOMAIN = 'jupyterlab_batch';

const LETTERS: Record<string, string> = {
  a: 'á',
  e: 'ë',
  i: 'ï',
  o: 'ö',
  u: 'ü',
  n: 'ñ',
  y: 'ý',
  R: 'Ṙ',
  S: 'Š',
  T: 'Ť'
};

/** `[!!Ṙüñ ás bátch ~~~ ~~!!]`: read by everyone, and 40 % longer. */
export function pseudo(text: string): string {
  const words = text
    .split(/(%\d)/)
    .map(part =>
      /^%\d$/.test(part)
        ? part
        : [...part].map(letter => LETTERS[letter] ?? letter).join('')
    )
    .join('');
  const longer = Math.max(0, Math.ceil(text.length * 0.4) - 6);
  // Longer by words, as other languages are: they can be broken.
  return `[!!${words}${' ~~~'.repeat(Math.ceil(longer / 4))}!!]`;
}

/**
 * Writes a language pack of JupyterLab in which every message of ours is said
 * in pseudo. The test server has its folder on the path.
 */
export function writePack(): void {
  const module = `jupyterlab_language_pack_${LOCALE}`;
  const root = placeOf('pack');
  const locale = join(root, module, 'locale', LOCALE, 'LC_MESSAGES');
  const info = join(root, `${module}-1.dist-info`);
  mkdirSync(locale, { recursive: true });
  mkdirSync(info, { recursive: true });
  writeFileSync(join(root, module, '__init__.py'), '');
  writeFileSync(
    join(info, 'METADATA'),
    `Metadata-Version: 2.1\nName: ${module}\nVersion: 1\n`
  );
  writeFileSync(
    join(info, 'entry_points.txt'),
    `[jupyterlab.languagepack]\n${LOCALE} = ${module}\n`
  );
  writeFileSync(
    join(locale, `${DOMAIN}.json`),
    JSON.stringify(catalogue(messagesOfSource()))
  );
}

function keyOf({ context, one }: IMessage): string {
  return context === null ? one : `${context}\u0004${one}`;
}

/** What JupyterLab in the browser reads. */
function catalogue(messages: readonly IMessage[]): Record<string, unknown> {
  const entries = messages.map(message => [
    keyOf(message),
    message.many === null
      ? [pseudo(message.one)]
      : [pseudo(message.one), pseudo(message.many)]
  ]);
  return {
    '': {
      domain: DOMAIN,
      language: TAG,
      plural_forms: 'nplurals=2; plural=(n != 1);',
      version: '1'
    },
    ...(Object.fromEntries(entries) as Record<string, string[]>)
  };
}
