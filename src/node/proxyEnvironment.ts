// Environment for processes that should use the proxy from VS Code's settings.

type Environment = Readonly<Record<string, string | undefined>>;

/** Values of `http` in the settings. */
export interface ProxySettings {
  readonly proxy: unknown;
  readonly proxySupport: unknown;
  readonly noProxy: unknown;
}

/**
 * `http.proxy` takes precedence over environment variables, as in VS Code itself. If it is empty or switched
 * off, they remain in effect.
 */
export function withProxy(
  environment: Environment,
  { proxy, proxySupport, noProxy }: ProxySettings,
): Record<string, string | undefined> {
  if (typeof proxy !== "string" || proxy.trim() === "" || proxySupport === "off") return { ...environment };
  const hosts = Array.isArray(noProxy) ? noProxy.filter(host => typeof host === "string") : [];
  const own = {
    http_proxy: proxy.trim(),
    https_proxy: proxy.trim(),
    ...(hosts.length > 0 && { no_proxy: hosts.join(",") }),
  };
  // Windows ignores case in names and would use the first of two.
  const others = Object.entries(environment).filter(([name]) => !Object.hasOwn(own, name.toLowerCase()));
  return { ...Object.fromEntries(others), ...own };
}
