// Names of files and models as a report shows them: it may be published, so that it tells nothing of the machine.

/** The last part of an absolute path; anything else as it is. */
export function shownName(path: string): string {
  const isAbsolute = /^(?:[/\\~]|[A-Za-z]:[/\\])/.test(path);
  return isAbsolute ? (path.split(/[/\\]/).filter(Boolean).at(-1) ?? path) : path;
}
