// @ts-check
// Paths in the repository.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Git-ignored folder for everything downloaded for tests only; overridden by `PINCH_TEST_CACHE`. */
export const testCache = resolve(process.env.PINCH_TEST_CACHE ?? join(root, ".vscode-test"));
