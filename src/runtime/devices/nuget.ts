// Client for NuGet v3 registries: finds the address, size and hash of a package, and downloads it.
import { baseName } from "../../common/baseName.ts";
import { Late, within } from "../../common/deadline.ts";
import { HumanError } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { download } from "../../node/download.ts";
import { Broken, defaultRetryDelay } from "../../node/persist.ts";
import { readText } from "../../node/readText.ts";
import { reasonOf, webFetch } from "../../node/webFetch.ts";

/**
 * Registry that onnxruntime-node's own install script uses. `PINCH_NUGET_INDEX` selects another registry or a
 * mirror.
 */
export const defaultIndex = "https://api.nuget.org/v3/index.json";

export interface RegistryPackage {
  readonly url: string;
  readonly bytes: number;
  /** SHA-512 in base64. */
  readonly sha512: string;
}

/** Timeout in milliseconds for each complete answer of the registry. */
const defaultPatience = 30_000;
/** Maximum bytes of an answer; an index has a few thousand. */
const longestAnswer = 4_000_000;

function unreachable(url: string, reason: string, cause?: unknown): HumanError {
  return new HumanError(`${new URL(url).host} could not be reached: ${reason}.`, {
    kind: "run",
    remedy:
      "Check the connection and run it again. PINCH_NUGET_INDEX may name a mirror where Pinch holds the package's checksum.",
    cause,
  });
}

async function getJson(url: string, signal: AbortSignal, patience: number): Promise<JsonObject> {
  const ask = async (bounded: AbortSignal): Promise<string> => {
    const response = await webFetch(url, { secure: true, signal: bounded });
    if (response.ok) return readText(response, longestAnswer);
    await response.body?.cancel().catch(() => undefined);
    if (response.status === 404) throw notThere(url);
    throw new Error(`HTTP status ${response.status}`);
  };
  const answer = await within(patience, signal, ask).catch((error: unknown) => {
    if (signal.aborted || error instanceof HumanError) throw error;
    const reason = error instanceof Late ? `no answer in full within ${patience / 1000} s` : reasonOf(error);
    throw unreachable(url, reason, error);
  });
  const json = parsed(answer);
  if (isObject(json)) return json;
  throw unreachable(url, "it answered something else than JSON");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function notThere(url: string): HumanError {
  return new HumanError(`The registry has no ${url}.`, {
    kind: "run",
    remedy:
      "The registry may not carry this version of onnxruntime: update Pinch, or name another in PINCH_NUGET_INDEX.",
  });
}

function text(json: JsonObject, key: string, url: string): string {
  const value = json[key];
  if (typeof value === "string" && value !== "") return value;
  throw unreachable(url, `its answer has no ${key}`);
}

/** Base address of a service of the registry, in the newest version offered under this name. */
function serviceOf(index: JsonObject, name: string, url: string): string {
  const resources = Array.isArray(index.resources) ? index.resources.filter(isObject) : [];
  const found = resources.filter(resource => String(resource["@type"]).startsWith(name)).at(-1);
  const base = found?.["@id"];
  if (typeof base !== "string") throw unreachable(url, `it offers no ${name}`);
  return base.endsWith("/") ? base : `${base}/`;
}

/**
 * Finds a package in the registry.
 * @param pin Known SHA-512 in base64, with which any registry may provide the package. If null, only
 * nuget.org is accepted, over TLS.
 * @throws HumanError if the registry is unreachable or offers something else under this name
 * @see https://learn.microsoft.com/nuget/api/registration-base-url-resource
 */
export async function findPackage(
  id: string,
  version: string,
  pin: string | null,
  signal: AbortSignal,
  indexUrl = process.env.PINCH_NUGET_INDEX || defaultIndex,
  patience = defaultPatience,
): Promise<RegistryPackage> {
  if (pin === null) requireOfficial(indexUrl, `${id} ${version}`);
  const index = await getJson(indexUrl, signal, patience);
  const name = id.toLowerCase();
  const leafUrl = `${serviceOf(index, "RegistrationsBaseUrl", indexUrl)}${name}/${version}.json`;
  const leaf = await getJson(leafUrl, signal, patience);
  // The catalogue entry is either included or given by its address.
  const entryUrl = typeof leaf.catalogEntry === "string" ? leaf.catalogEntry : leafUrl;
  const entry = isObject(leaf.catalogEntry) ? leaf.catalogEntry : await getJson(entryUrl, signal, patience);
  const algorithm = text(entry, "packageHashAlgorithm", entryUrl);
  if (algorithm !== "SHA512") throw unreachable(entryUrl, `its checksum is ${algorithm}, not SHA512`);
  const { packageSize } = entry;
  if (typeof packageSize !== "number" || !Number.isSafeInteger(packageSize) || packageSize <= 0)
    throw unreachable(entryUrl, "its answer has no packageSize");
  const sha512 = text(entry, "packageHash", entryUrl);
  if (pin !== null && sha512 !== pin) {
    throw new HumanError(
      `${new URL(entryUrl).host} has another ${id} ${version} than this version of Pinch expects.`,
      {
        kind: "run",
        remedy:
          "Nothing was downloaded. If PINCH_NUGET_INDEX names a mirror, unset it; otherwise update Pinch.",
      },
    );
  }
  const url = text(leaf, "packageContent", leafUrl);
  if (pin === null) requireOfficial(url, `${id} ${version}`);
  return { url, bytes: packageSize, sha512 };
}

/** Without a known checksum, only the publisher's own registry can be trusted. */
function requireOfficial(url: string, what: string): void {
  if (new URL(url).origin === new URL(defaultIndex).origin) return;
  throw new HumanError(`${new URL(url).host} is not trusted with ${what}: Pinch has no checksum for it.`, {
    remedy: "Unset PINCH_NUGET_INDEX to download it from nuget.org.",
  });
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  readonly log: (message: string) => void;
  /** Milliseconds before the first retry; for tests. */
  readonly retryDelay?: number;
}

export const diskRemedy = "PINCH_DATA may name another folder. Run it again to continue where it stopped.";

/**
 * Downloads a package and verifies it.
 * @param part File to download to.
 * @throws HumanError if the download fails
 */
export function fetchPackage(
  { url, bytes, sha512 }: RegistryPackage,
  part: string,
  { signal, onProgress, log, retryDelay = defaultRetryDelay }: FetchOptions,
): Promise<void> {
  return download({
    name: baseName(new URL(url).pathname),
    source: "the registry",
    part,
    bytes,
    checksum: { kind: "sha512", value: sha512 },
    request: headers => requestPackage(url, headers, signal),
    onProgress: done => onProgress(done, bytes),
    diskRemedy,
    signal,
    log,
    retryDelay,
    givenUp: cause => unreachable(url, cause.message, cause),
  });
}

async function requestPackage(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const response = await webFetch(url, { secure: true, signal, headers: { ...headers } }).catch(
    (cause: unknown) => {
      throw new Broken(reasonOf(cause), { cause });
    },
  );
  const { status } = response;
  if ([200, 206, 416].includes(status)) return response;
  await response.body?.cancel().catch(() => undefined);
  if (status !== 404 && status !== 410) throw new Broken(`HTTP status ${status}`);
  throw new HumanError(`The registry has no ${url} any more.`, {
    kind: "run",
    remedy: "Update Pinch, or name another registry in PINCH_NUGET_INDEX.",
  });
}
