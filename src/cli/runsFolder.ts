// Locates run folders: where the user says, or under the current folder.
import { resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { isReallyInside, leadsTo } from "../node/insideFolder.ts";
import { defaultRunsFolder } from "./usage.ts";

/** @throws HumanError if the default folder is a link to another place, as a cloned repository could contain */
export function runsFolder(named: string | null | undefined): string {
  if (named != null) return resolve(named);
  const usual = resolve(defaultRunsFolder);
  if (isReallyInside(process.cwd(), usual)) return usual;
  throw new HumanError(`${usual} leads out of ${process.cwd()}, to ${leadsTo(usual)}.`, {
    remedy: `Replace the link by a folder, or name that folder yourself: ${leadsTo(usual)}`,
  });
}
