// Recognises addresses of this machine, to which data can be sent without crossing a network.

/** @param url an address or an origin; anything else is not loopback */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** True if a key may be sent to the address: the connection is encrypted or stays on this machine. */
export function mayCarryKey(url: string): boolean {
  return URL.canParse(url) && (new URL(url).protocol === "https:" || isLoopback(url));
}
