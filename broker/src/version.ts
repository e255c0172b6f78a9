declare const __VERSION__: string | undefined;

/** The one version number, from the root package.json; put in by the bundler. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : 'dev';
