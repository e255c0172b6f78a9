/** The code of an operating system's error (`ENOENT` …), or null. */
export function errno(error: unknown): string | null {
  return error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : null;
}

export const FULL: ReadonlySet<string | null> = new Set(['ENOSPC', 'EDQUOT']);

/** Why in words; no path in it, the caller names the one it means. */
export function why(error: unknown): string {
  switch (errno(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'no space left on the device';
    case 'EDQUOT':
      return 'the disk quota is used up';
    case 'ENOENT':
      return 'it is not there';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'ELOOP':
      return 'it is a symbolic link';
    case 'ENAMETOOLONG':
      return 'the path is too long';
    default:
      return errno(error) ?? 'an unexpected error';
  }
}
