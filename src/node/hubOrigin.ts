// Which server downloads come from: the Hub, or the one that HF_ENDPOINT names, as the runtime reads it.

export const usualHubOrigin = "https://huggingface.co";

/** What is no address is told by the runtime. */
export function hubOrigin(): string {
  const endpoint = process.env.HF_ENDPOINT ?? "";
  return URL.canParse(endpoint) ? new URL(endpoint).origin : usualHubOrigin;
}
