// Names of files and models for reports, which may be published and must not reveal local paths.

/** Returns the last part of an absolute path or one that leads far outside, and any other name unchanged. */
export function shownName(path: string): string {
  const isPrivate = /^(?:[/\\~]|[A-Za-z]:[/\\]|\.\.[/\\]\.\.[/\\])/.test(path);
  return isPrivate ? (path.split(/[/\\]/).filter(Boolean).at(-1) ?? path) : path;
}
