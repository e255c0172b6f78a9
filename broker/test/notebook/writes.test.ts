import { expect, test } from 'vitest';

import { look } from './build.ts';

test('files that the code makes are told apart from those that it reads', () => {
  const { writes, files } = look([
    [
      'import numpy as np, pandas as pd',
      'from pathlib import Path',
      'import matplotlib.pyplot as plt',
      'frame = pd.read_csv("in.csv")',
      'np.save("./eta.npy", x)',
      'frame.to_csv("out/table.csv")',
      'plt.savefig("fig.png")',
      'Path("note.txt").write_text("x")',
      'with open("log.txt", "w") as log: pass',
      'open("read.txt", "r")',
      // nobody could declare these: not relative, not one name, not literal
      'np.save("/tmp/a.npy", x); np.save("../b.npy", x); np.save(name, x)',
      'np.save("eta.npy", y)'
    ].join('\n')
  ]);
  expect(writes).toEqual([
    'eta.npy',
    'out/table.csv',
    'fig.png',
    'note.txt',
    'log.txt'
  ]);
  expect(files).toEqual(['in.csv', 'read.txt']);
});
