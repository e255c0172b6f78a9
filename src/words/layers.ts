import type { Layer } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

/** The name of a place where a value was looked up. */
export function layerWord(trans: TranslationBundle, layer: Layer): string {
  switch (layer) {
    case 'admin':
      return trans.__('set by the site');
    case 'override':
      return trans.__('edited');
    case 'environment':
      return trans.__('environment');
    case 'local_file':
      return trans.__('local file');
    case 'settings_file':
      return trans.__('settings file');
    case 'home_file':
      return trans.__('home file');
    case 'notebook':
      return trans.__('notebook');
  }
}

interface IOrigin {
  readonly layer: Layer;
  readonly origin: string;
}

function cellOf({ layer, origin }: IOrigin): string | undefined {
  return layer === 'notebook' ? /^cell (\d+)$/.exec(origin)?.[1] : undefined;
}

/** Where in that place: a file with its line, a name, a cell. */
export function originWords(trans: TranslationBundle, from: IOrigin): string {
  const cell = cellOf(from);
  return cell ? trans.__('cell %1', cell) : from.origin;
}

/** For `translate` of these words: a file or a name is in no language. */
export function originMark(from: IOrigin): 'no' | undefined {
  return cellOf(from) ? undefined : 'no';
}
