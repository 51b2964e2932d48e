// What a model's repository on the Hub holds at one commit, and which of its files a model needs.
import { HumanError } from "../../common/errors.ts";
import { isJsonObject } from "../model/jsonFile.ts";
import { Broken, type Hub, persist, request } from "./hub.ts";

export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  /** Of a file in large file storage its SHA-256, of any other git's SHA-1 of the blob. */
  readonly hash: { readonly kind: "sha256" | "git"; readonly value: string };
}

export interface HubRepository {
  readonly id: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
}

const idPattern = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const commitPattern = /^[0-9a-f]{40}$/;
const besideWeights = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "chat_template.json",
];
const singleWeights = "model.safetensors";
const weightIndex = "model.safetensors.index.json";
const shard = /^model-\d+-of-\d+\.safetensors$/;

/** `org/name`, or `org/name/file.gguf`. */
export function parseModelId(id: string): { readonly repository: string; readonly file: string | null } {
  const trimmed = id
    .trim()
    .replace(/^https?:\/\/[^/]+\//, "")
    .replace(/\/+$/, "");
  const [organisation = "", name = "", ...rest] = trimmed.split("/");
  const repository = `${organisation}/${name}`;
  const file = rest.length === 0 ? null : rest.join("/");
  const sound = idPattern.test(repository);
  if (sound && (file === null || (rest.length === 1 && /^[\w.-]+\.gguf$/i.test(file))))
    return { repository, file };
  throw new HumanError(`${id} is not the id of a model on the Hub.`, {
    remedy: "Write it as its page shows it: org/name, or org/name/file.gguf for one file of a repository.",
  });
}

/** The commit that a branch or tag points to now, and its files. */
export async function readRepository(hub: Hub, id: string, revision: string): Promise<HubRepository> {
  const what = `the model ${id} at revision ${revision}`;
  const path = `/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const answer: unknown = await persist(hub, what, async () => {
    const response = await request(hub, path, what);
    return response.json().catch((cause: unknown) => {
      throw new Broken("its answer breaks off or is no JSON", { cause });
    });
  });
  const commit = isJsonObject(answer) ? answer.sha : undefined;
  const siblings = isJsonObject(answer) ? answer.siblings : undefined;
  if (typeof commit !== "string" || !commitPattern.test(commit) || !Array.isArray(siblings))
    throw new HumanError(`${hub.endpoint} answers something else than a Hub does.`, {
      kind: "run",
      remedy: "Check HF_ENDPOINT: it is the address of the Hub or of a mirror of it.",
    });
  return { id, commit, files: siblings.flatMap(sibling => toFile(sibling) ?? []) };
}

function toFile(sibling: unknown): HubFile | null {
  if (!isJsonObject(sibling)) return null;
  const { rfilename: name, size, blobId, lfs } = sibling;
  if (typeof name !== "string" || !isSafeName(name)) return null;
  const large = isJsonObject(lfs) ? lfs : {};
  const sha256 = large.sha256 ?? large.oid;
  const bytes = large.size ?? size;
  if (typeof bytes !== "number") return null;
  if (typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256))
    return { name, bytes, hash: { kind: "sha256", value: sha256 } };
  return typeof blobId === "string" && commitPattern.test(blobId)
    ? { name, bytes, hash: { kind: "git", value: blobId } }
    : null;
}

/** Files in folders of the repository are of no use here, and a name must not lead out of the cache. */
function isSafeName(name: string): boolean {
  return /^\w[\w.-]*$/.test(name);
}

/**
 * Weights, configuration and tokenizer, and nothing else of the repository.
 * @param file One GGUF file; null: the safetensors weights.
 * @throws HumanError where the repository has no such model, naming what it has.
 */
export function neededFiles({ id, files }: HubRepository, file: string | null): HubFile[] {
  const ggufs = files.filter(({ name }) => /\.gguf$/i.test(name)).map(({ name }) => name);
  if (file !== null) {
    const found = files.find(({ name }) => name === file);
    if (found !== undefined) return [found];
    throw new HumanError(`${id} has no file ${file}.`, {
      remedy: ggufs.length === 0 ? "It has no GGUF file at all." : `It has ${ggufs.join(", ")}.`,
    });
  }
  const single = files.some(({ name }) => name === singleWeights);
  const isWeights = (name: string): boolean =>
    single ? name === singleWeights : name === weightIndex || shard.test(name);
  const needed = files.filter(({ name }) => besideWeights.includes(name) || isWeights(name));
  const lacks = (name: string): boolean => !needed.some(one => one.name === name);
  if (!needed.some(({ name }) => name.endsWith(".safetensors"))) {
    const remedy =
      ggufs.length > 0
        ? `Name one of its GGUF files: ${ggufs.map(name => `${id}/${name}`).join(", ")}.`
        : "Choose a model with .safetensors or .gguf weights; others are converted by save_pretrained(..., safe_serialization=True).";
    throw new HumanError(`${id} has no safetensors weights.`, { remedy });
  }
  for (const name of ["config.json", "tokenizer.json"]) {
    if (lacks(name))
      throw new HumanError(`${id} has no ${name}, which Pinch needs.`, {
        remedy:
          "Choose a model that has it; AutoTokenizer.save_pretrained and save_pretrained write these files.",
      });
  }
  return needed;
}
