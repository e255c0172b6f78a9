/** Why this is not an address that a secret may be sent to; null: it is. */
export function addressProblem(text: string): string | null {
  if (!URL.canParse(text)) {
    return 'this is not an address; it starts with https://.';
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return 'an address must not hold a user name or password.';
  }
  if (url.protocol === 'https:') {
    return null;
  }
  if (url.protocol === 'http:' && isLoopback(url.hostname)) {
    return null;
  }
  return url.protocol === 'http:'
    ? 'http is only for this machine (127.0.0.1, localhost); use https.'
    : `${url.protocol} is no way to reach a provider; use https.`;
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}
