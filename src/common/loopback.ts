// Addresses of this machine: what is sent there is seen by nobody on the way.

/** @param url An address or an origin; anything else is none of this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** A key may be sent there: what is on the way can't read it. */
export function mayCarryKey(url: string): boolean {
  return URL.canParse(url) && (new URL(url).protocol === "https:" || isLoopback(url));
}
