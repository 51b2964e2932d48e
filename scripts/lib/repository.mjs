// @ts-check
// Address of the repository on the web, and the fields of package.json that follow from it.

/** Fill it in once it is public, as `https://github.com/OWNER/NAME`; empty until then. */
export const repository = "";

/**
 * @param {string} address
 * @returns {Record<string, unknown>} fields for the extension's page: sources, issues and home page
 */
export function listingFields(address) {
  if (address === "") return {};
  return {
    repository: { type: "git", url: `${address}.git` },
    bugs: { url: `${address}/issues` },
    homepage: `${address}#readme`,
  };
}
