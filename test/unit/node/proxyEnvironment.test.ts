// VS Code's proxy settings become variables of the runtime process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withProxy } from "../../../src/node/proxyEnvironment.ts";

const none = { proxy: "", proxySupport: "override", noProxy: [] };

test("without http.proxy, or with proxies switched off, the environment stays as it is", () => {
  const environment = { HTTPS_PROXY: "http://a:1", PATH: "x" };
  assert.deepEqual(withProxy(environment, none), environment);
  assert.deepEqual(withProxy(environment, { ...none, proxy: undefined }), environment);
  assert.deepEqual(
    withProxy(environment, { ...none, proxy: "http://b:2", proxySupport: "off" }),
    environment,
  );
});

test("http.proxy replaces the variables in either case, http.noProxy only where it names hosts", () => {
  const environment = { HTTPS_PROXY: "http://a:1", http_proxy: "http://a:1", NO_PROXY: "x", PATH: "x" };
  const proxies = { http_proxy: "http://b:2", https_proxy: "http://b:2" };
  const set = { ...none, proxy: " http://b:2 " };
  assert.deepEqual(withProxy(environment, set), { ...proxies, NO_PROXY: "x", PATH: "x" });
  assert.deepEqual(withProxy(environment, { ...set, noProxy: ["localhost", ".example.com"] }), {
    ...proxies,
    no_proxy: "localhost,.example.com",
    PATH: "x",
  });
});
