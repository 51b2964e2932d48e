// Asks one address and tells what came: a process of its own, because the proxy is read once.
import { reasonOf, webFetch } from "../../../src/node/webFetch.ts";

const [, , url = ""] = process.argv;
webFetch(url).then(
  async response => {
    process.stdout.write(`${response.status} ${(await response.text()).length}`);
  },
  (error: unknown) => {
    process.stdout.write(reasonOf(error));
  },
);
