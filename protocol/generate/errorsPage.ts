import { ERRORS } from '../lib/index.js';

/** `docs/developers/errors.md`. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, [status, title]]) => `| \`${code}\` | ${status} | ${title} |`
  );
  return `<!-- Generated from protocol/src/errors.ts by \`jlpm generate\`: do not edit. -->

# Errors

Every refusal is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) body of
type \`application/problem+json\`, whose \`type\` is
\`urn:jupyterlab-batch:error:CODE\`. Codes are stable; \`detail\` says in words
what happened and what to do about it, and \`errors\` points at each field that
is wrong. 4xx is the caller's fault, 409 a matter of state, 502 and 503 a
backend, 500 a defect of ours.

| code | HTTP | title |
| --- | --- | --- |
${rows.join('\n')}
`;
}
