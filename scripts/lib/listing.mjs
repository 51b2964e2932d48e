// @ts-check
// Adapts the README for the extension's page in VS Code, without checkout commands and relative links.

const checkoutOnly = /<!-- checkout:begin -->[\s\S]*?<!-- checkout:end -->\n*/g;
const image = /!\[([^\]]*)\]\(([^)\s]+)\)\n*/g;
const link = /(?<!!)\[([^\]]+)\]\((?!\w+:|#)[^)]+\)/g;

/**
 * Removes what applies only to a checkout, and replaces relative links with their text.
 * @param {string} readme
 * @param {string | null} pictures web address of its pictures, for example `https://host/folder/`, because
 * the page cannot
 *   show pictures from a package; null to remove them
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
