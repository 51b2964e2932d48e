// @ts-check
// Where things lie in the repository.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Git-ignored folder for everything that is fetched for tests only. `PINCH_TEST_CACHE` moves it. */
export const testCache = resolve(process.env.PINCH_TEST_CACHE ?? join(root, ".vscode-test"));
