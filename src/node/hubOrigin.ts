// Server that downloads come from: the Hub, or the one in HF_ENDPOINT, interpreted as in the runtime.

export const defaultHubOrigin = "https://huggingface.co";

/** The runtime reports invalid addresses. */
export function hubOrigin(): string {
  const endpoint = process.env.HF_ENDPOINT ?? "";
  return URL.canParse(endpoint) ? new URL(endpoint).origin : defaultHubOrigin;
}
