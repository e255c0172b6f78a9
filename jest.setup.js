// What every browser that JupyterLab supports has, and jsdom has not.
const { webcrypto } = require('node:crypto');

URL.canParse ??= (url, base) => {
  try {
    return Boolean(new URL(url, base));
  } catch {
    return false;
  }
};
if (!globalThis.crypto?.randomUUID) {
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
}

// The first look at a view waits for its code, which is made while it is asked
// for: on a busy machine that takes longer than the second of the default.
require('@testing-library/dom').configure({ asyncUtilTimeout: 4000 });
