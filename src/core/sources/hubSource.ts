// How a dataset of the Hub is written: `hub:org/name@commit`, with a path in it where files are named by language.

export const hubPrefix = "hub:";

export interface HubSource {
  /** `org/name`. */
  readonly id: string;
  /** A commit, a branch or a tag; null: none is written. */
  readonly revision: string | null;
  /** In the repository, with `{language}` or without; null: config and split say which files. */
  readonly path: string | null;
}

const pattern = /^hub:([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([0-9a-f]{40})(?:\/(.+))?|@([\w][\w./-]*))?$/;

/** null: it is no dataset of the Hub. Only a commit has a path behind it: names of branches have slashes themselves. */
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

/** What a person pastes: the form of the mixture file without its prefix, or an address of the Hub. null: neither. */
export function pastedHubSource(text: string): HubSource | null {
  const plain = text
    .trim()
    .replace(/^https?:\/\/[^/]+\//, "")
    .replace(/^datasets\//, "")
    .replace(/\/(?:tree|blob)\/([^/]+).*$/, (_, revision: string) => `@${decodeURIComponent(revision)}`)
    .replace(/\/+$/, "");
  return parseHubSource(plain.startsWith(hubPrefix) ? plain : hubPrefix + plain);
}
