/** Names that a job takes from its submitter; anything else stays behind. */
const ALLOWED: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'USER',
  'LOGNAME',
  'SHELL',
  'TERM',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'JUPYTER_PATH',
  'JUPYTER_DATA_DIR',
  'JUPYTER_CONFIG_DIR',
  'LD_LIBRARY_PATH',
  'MODULEPATH',
  // where the programs of a computing site look for room
  'WORK',
  'SCRATCH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE'
]);
const LOCALE = /^LC_[A-Z]+$/;
const PROXY = /^(https?|ftp|all)_proxy$/i;
const NO_PROXY = /^no_proxy$/i;
/** Keys to the submitter's own server, and names that are ours to set. */
const NEVER =
  /^(JUPYTER_TOKEN|JUPYTERHUB_API_TOKEN|JPY_.*|JUPYTERLAB_BATCH_.*)$/;

/**
 * The environment of a job.
 *
 * @param submitted the submitter's
 * @param asked names that the notebook's metadata adds; their author chose them
 * @param target what the target sets; it wins
 */
export function jobEnvironment(
  submitted: Readonly<Record<string, string>>,
  asked: readonly string[],
  target: Readonly<Record<string, string>>
): Record<string, string> {
  const taken = Object.entries(submitted)
    .filter(([name]) => allowed(name) || asked.includes(name))
    .map(([name, value]) => [name, PROXY.test(name) ? bare(value) : value]);
  const pairs: [string, string][] = [
    ...taken.map(([name, value]): [string, string] => [
      name ?? '',
      value ?? ''
    ]),
    ...Object.entries(target)
  ];
  return Object.fromEntries(
    pairs.filter(([name, value]) => !NEVER.test(name) && !value.includes('\0'))
  );
}

/** Whether a name passes without being asked for. */
export function allowed(name: string): boolean {
  return (
    (ALLOWED.has(name) ||
      LOCALE.test(name) ||
      PROXY.test(name) ||
      NO_PROXY.test(name)) &&
    !NEVER.test(name)
  );
}

/** A proxy's address without user name and password. */
function bare(address: string): string {
  const [, scheme = '', rest = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)?(.*)$/s.exec(address) ?? [];
  // Up to the last @: a password that nobody encoded may hold @ and / itself.
  return scheme + rest.replace(/^.*@/s, '');
}
