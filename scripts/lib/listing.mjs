// @ts-check
// The README as the extension's page in VS Code, where a checkout's commands and relative links lead nowhere.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const checkoutOnly = /<!-- checkout:begin -->[\s\S]*?<!-- checkout:end -->\n*/g;
const image = /!\[([^\]]*)\]\(([^)\s]+)\)/g;
const link = /(?<!!)\[([^\]]+)\]\((?!\w+:|#)[^)]+\)/g;

/**
 * Leaves out what only a checkout has, puts pictures into the text (VS Code loads none beside it), and turns
 * relative links into their words.
 * @param {string} readme
 * @param {string} folder what its pictures' paths are relative to
 */
export function listing(readme, folder) {
  return readme
    .replace(checkoutOnly, "")
    .replace(image, (whole, words, path) => {
      if (/^\w+:/.test(path)) return whole;
      const file = join(folder, path);
      if (!existsSync(file)) {
        console.warn(`${path} is missing and will not be in the package; \`npm run pictures\` takes it.`);
        return "";
      }
      const bytes = readFileSync(file);
      return `![${words}](data:image/png;base64,${bytes.toString("base64")})`;
    })
    .replace(link, "$1");
}
