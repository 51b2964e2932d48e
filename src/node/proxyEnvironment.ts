// The environment of a process that shall use the proxy which VS Code's settings name.

type Environment = Readonly<Record<string, string | undefined>>;

/** As `http` of the settings has them. */
export interface ProxySettings {
  readonly proxy: unknown;
  readonly proxySupport: unknown;
  readonly noProxy: unknown;
}

/** `http.proxy` goes before the variables of the environment, as in VS Code itself; empty or switched off: they stay. */
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
  // Windows knows no case in names, and of two would take the first.
  const others = Object.entries(environment).filter(([name]) => !Object.hasOwn(own, name.toLowerCase()));
  return { ...Object.fromEntries(others), ...own };
}
