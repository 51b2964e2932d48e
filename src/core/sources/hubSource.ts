// References to Hub datasets: `hub:org/name@commit`, optionally with a path when files are named by language.

export const hubPrefix = "hub:";

export interface HubSource {
  /** For example `org/name`. */
  readonly id: string;
  /** A commit, a branch or a tag; null when there is none. */
  readonly revision: string | null;
  /** Path in the repository, with or without `{language}`; null = config and split select the files. */
  readonly path: string | null;
}

const pattern = /^hub:([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([0-9a-f]{40})(?:\/(.+))?|@([\w][\w./-]*))?$/;

/**
 * Returns null when the text is not a Hub dataset. Only a commit can be followed by a path, since names of
 * branches may contain slashes.
 */
export function parseHubSource(text: string): HubSource | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, id = "", commit, path, branch] = match;
  if (path?.split("/").some(part => part === "" || part === "." || part === "..") === true) return null;
  return { id, revision: commit ?? branch ?? null, path: path ?? null };
}

export function isCommit(revision: string | null): revision is string {
  return revision !== null && /^[0-9a-f]{40}$/.test(revision);
}

export function hubSourceText({ id, revision, path }: HubSource): string {
  return `${hubPrefix}${id}${revision === null ? "" : `@${revision}`}${path === null ? "" : `/${path}`}`;
}

/**
 * Parses pasted text: the form of the mixture file without its prefix, or a Hub URL. Returns null otherwise.
 */
export function pastedHubSource(text: string): HubSource | null {
  const plain = text
    .trim()
    .replace(/^https?:\/\/[^/]+\//, "")
    .replace(/^datasets\//, "")
    .replace(/\/(?:tree|blob)\/([^/]+).*$/, (_, revision: string) => `@${decodeURIComponent(revision)}`)
    .replace(/\/+$/, "");
  return parseHubSource(plain.startsWith(hubPrefix) ? plain : hubPrefix + plain);
}
