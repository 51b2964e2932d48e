// Keeps paths of this machine out of files that are published.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, posix, win32 } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { localFiles } from "../hub/localFiles.ts";

/** Keys under which transformers notes where a model or tokenizer was loaded from. */
const places = ["name_or_path", "_name_or_path"];
const settings = ["tokenizer_config.json", "generation_config.json"];
const texts = /(?:\.(?:json|jsonl|md|html|tex|svg|jinja)|^Modelfile)$/;
/** Larger files are vocabularies, which hold no paths. */
const largestText = 64 * 2 ** 20;

/**
 * Removes the places that transformers notes, if they are absolute paths.
 * @param own Paths of this machine that may not occur in any file.
 * @returns what was removed
 * @throws HumanError if a file contains one of the paths otherwise
 */
export function withoutOwnPaths(folder: string, own: readonly string[]): string[] {
  const notes = settings.flatMap(name => withoutPlaces(folder, name));
  const home = homedir();
  const paths = [...own, ...own.map(path => dirname(path)), home].filter(isTelling);
  for (const { name, path, bytes } of localFiles(folder)) {
    if (!texts.test(name) || bytes > largestText) continue;
    const text = readFileSync(path, "utf8").replaceAll("\\\\", "/").replaceAll("\\", "/");
    const found = paths.find(each => text.includes(each.replaceAll("\\", "/")));
    if (found !== undefined)
      throw new HumanError(`${name} contains ${found}, a path of this machine.`, {
        remedy:
          "Leave the file out (--with-samples, --with-report), or remove the path from where it comes from.",
      });
  }
  return notes;
}

/** False for paths that any text may contain, such as `/root`. */
function isTelling(path: string): boolean {
  return path.split(/[\\/]/).filter(part => part !== "").length > 1;
}

function withoutPlaces(folder: string, name: string): string[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  const json: unknown = JSON.parse(readFileSync(path, "utf8").replace(/^\ufeff/, ""));
  if (!isObject(json)) return [];
  const removed = places.filter(key => {
    const value = json[key];
    return typeof value === "string" && (posix.isAbsolute(value) || win32.isAbsolute(value));
  });
  if (removed.length === 0) return [];
  const kept = Object.fromEntries(Object.entries(json).filter(([key]) => !removed.includes(key)));
  writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`);
  return [
    `${removed.join(", ")} was removed from ${name}: it is a path of the machine that the model was saved on.`,
  ];
}
