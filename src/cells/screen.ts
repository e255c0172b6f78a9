import type { CellContent } from '@jupyterlab-batch/protocol';
import type { IOutput } from '@jupyterlab/nbformat';

/** One output as the server told it last. */
export interface IShownOutput {
  readonly index: number;
  /** event that changed it last */
  readonly seq: number;
  readonly output: IOutput;
  /** characters that were left out */
  readonly omitted: number;
}

/** One cell as it is on screen. */
export interface IShownCell {
  readonly index: number;
  readonly source: string;
  readonly executionCount: number | null;
  /** outputs before this one are left out */
  readonly outputsFrom: number;
  readonly outputs: readonly IShownOutput[];
  /** everything up to this event is in it */
  readonly seq: number;
}

/**
 * Takes in what a page says of a cell. Nothing is folded here: an output is
 * replaced as a whole, or stays as it was. Append, clear and redraw are the
 * fold's, in Python.
 *
 * @param seq - `seq` of the page
 * @returns null when the page builds on what is not known: ask for all of it
 */
export function takeIn(
  known: IShownCell | undefined,
  news: CellContent,
  seq: number
): IShownCell | null {
  const source = news.source ?? known?.source;
  const before = new Map(known?.outputs.map(each => [each.index, each]));
  const outputs: IShownOutput[] = [];
  for (const { index, seq: changed, output, omitted } of news.outputs) {
    const shown =
      output === null
        ? before.get(index)
        : // The contract leaves what nbformat says of an output to nbformat.
          { index, seq: changed, output: output as IOutput, omitted };
    if (!shown) {
      return null;
    }
    outputs.push(shown);
  }
  return source === undefined
    ? null
    : {
        index: news.index,
        source,
        executionCount: news.execution_count,
        outputsFrom: news.outputs_from,
        outputs,
        seq
      };
}
