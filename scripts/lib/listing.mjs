// @ts-check
// The README as the extension's page in VS Code, where a checkout's commands and relative links lead nowhere.

const checkoutOnly = /<!-- checkout:begin -->[\s\S]*?<!-- checkout:end -->\n*/g;
const image = /!\[([^\]]*)\]\(([^)\s]+)\)\n*/g;
const link = /(?<!!)\[([^\]]+)\]\((?!\w+:|#)[^)]+\)/g;

/**
 * Leaves out what only a checkout has, and turns relative links into their words.
 * @param {string} readme
 * @param {string | null} pictures where its pictures lie on the web, for example `https://host/folder/`: the page
 *   shows none of a package. null: they are left out.
 */
export function listing(readme, pictures) {
  return readme
    .replace(checkoutOnly, "")
    .replace(image, (whole, words, path) => {
      if (/^\w+:/.test(path)) return whole;
      return pictures === null ? "" : `![${words}](${new URL(path, pictures)})\n\n`;
    })
    .replace(link, "$1");
}
