import { BatchError, problem } from '@jupyterlab-batch/protocol';

const PYTHON_KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del ' +
    'elif else except finally for from global if import in is lambda nonlocal ' +
    'not or pass raise return try while with yield'
  ).split(' ')
);
const BASH_RESERVED = new Set(
  (
    'if then elif else fi time for in until while do done case esac coproc ' +
    'select function'
  ).split(' ')
);
/** What a shell obeys rather than holds: a value there would be code. */
const BASH_OBEYED =
  /^(?:PATH|IFS|ENV|PS[0-4]|PROMPT_COMMAND|CDPATH|SHELLOPTS|POSIXLY_CORRECT|GLOBIGNORE|UID|EUID|PPID|LD_.*|DYLD_.*|BASH.*|PYTHON(?:PATH|HOME|STARTUP))$/;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

/** Python reads names in their NFKC form (Python reference, 2.3). */
export function normalName(name: string): string {
  return name.normalize('NFKC');
}

/** Whether a name can be set from outside without surprise. */
export function isName(name: string, language: string): boolean {
  switch (language) {
    case 'python':
      return (
        IDENTIFIER.test(normalName(name)) &&
        !PYTHON_KEYWORDS.has(normalName(name)) &&
        !/^__.*__$/.test(normalName(name)) &&
        normalName(name) !== 'get_ipython'
      );
    case 'bash':
      return (
        /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) &&
        !BASH_RESERVED.has(name) &&
        !BASH_OBEYED.test(name)
      );
    default:
      return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name);
  }
}

/** Why a name cannot be a variable of the language, and what could. */
export function unsettableName(name: string, language: string): string {
  return (
    `${JSON.stringify(name)} cannot be set as a variable in ${language}. ` +
    'Use letters, digits and underscores, not beginning with a digit, ' +
    'and none of the words that the language keeps for itself.'
  );
}

/**
 * Refuses a name that cannot be a variable of the language.
 *
 * @throws BatchError invalid_parameter_name
 */
export function checkName(name: string, language: string): void {
  if (isName(name, language)) {
    return;
  }
  const detail = unsettableName(name, language);
  throw new BatchError(
    problem('invalid_parameter_name', detail, {
      errors: [
        {
          code: 'invalid_parameter_name',
          detail,
          pointer: null,
          parameter: name,
          origin: null
        }
      ]
    })
  );
}
