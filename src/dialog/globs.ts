import type { OutputRule } from '@jupyterlab-batch/protocol';

/** Files that the notebook writes and that no rule expects. */
export function undeclared(
  writes: readonly string[],
  rules: readonly OutputRule[]
): string[] {
  const patterns = rules.map(({ glob }) => pattern(glob));
  return writes.filter(name => !patterns.some(each => each.test(name)));
}

/** `*` and `?` within a folder, `**` across; enough to not offer one twice. */
function pattern(glob: string): RegExp {
  const source = glob
    .replace(/^\.\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, found =>
      found.startsWith('**') ? '.*' : found === '*' ? '[^/]*' : '[^/]'
    );
  return new RegExp(`^${source}$`);
}
