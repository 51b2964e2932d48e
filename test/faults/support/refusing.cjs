// Preloaded into the built command line: the file system refuses one call, or all that write from one call on.
// `PINCH_TEST_REFUSE`: { code, at, script, under, sticky, note }. Only calls of `script` to files below `under` count;
// `note` is a file that is told which call it was, or how many there were.
const { basename, resolve } = require("node:path");
const { constants } = require("node:os");
const fs = require("node:fs");

const plan = JSON.parse(process.env.PINCH_TEST_REFUSE ?? "null");
if (plan !== null && basename(process.argv[1] ?? "") === plan.script) refuse();

function refuse() {
  const { writeFileSync } = fs;
  const descriptors = new Map();
  let calls = 0;
  let refused = false;

  const writing = new Set(
    "writeSync writeFileSync mkdirSync mkdtempSync renameSync copyFileSync linkSync fsyncSync ftruncateSync write writeFile mkdir".split(
      " ",
    ),
  );
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  const opensToWrite = flags =>
    typeof flags === "string" ? flags !== "r" : ((flags ?? 0) & (O_WRONLY | O_RDWR | O_CREAT)) !== 0;
  const writes = (name, args) => writing.has(name) || (/^open(Sync)?$/.test(name) && opensToWrite(args[1]));

  function refuseOrNot(name, args) {
    const [first] = args;
    const path =
      typeof first === "number" ? descriptors.get(first) : first === undefined ? undefined : String(first);
    if (path === undefined || !plan.under.some(folder => resolve(path).startsWith(folder))) return;
    if (plan.sticky && !writes(name, args)) return;
    calls++;
    if (calls < plan.at || (refused && !plan.sticky)) return;
    const syscall = name.replace(/Sync$|File(?:Sync)?$/g, "").toLowerCase();
    if (!refused) writeFileSync(plan.note, `${name} ${path}`);
    refused = true;
    throw Object.assign(new Error(`${plan.code}: refused for a test, ${syscall} '${path}'`), {
      code: plan.code,
      errno: -(constants.errno[plan.code] ?? 1),
      syscall,
      ...(typeof first === "number" ? {} : { path }),
    });
  }

  for (const name of [
    ..."openSync readSync writeSync readFileSync writeFileSync mkdirSync mkdtempSync renameSync readdirSync".split(
      " ",
    ),
    ..."statSync lstatSync fstatSync copyFileSync linkSync fsyncSync ftruncateSync realpathSync".split(" "),
  ]) {
    const original = fs[name];
    fs[name] = Object.assign((...args) => {
      refuseOrNot(name, args);
      const result = original(...args);
      if (name === "openSync") descriptors.set(result, String(args[0]));
      return result;
    }, original);
  }
  for (const name of ["open", "stat", "readFile", "readdir", "mkdir", "writeFile", "copyFile"]) {
    const original = fs.promises[name];
    fs.promises[name] = async (...args) => {
      refuseOrNot(name, args);
      return original(...args);
    };
  }
  process.on("exit", () => {
    if (!refused) writeFileSync(plan.note, `none of ${calls}`);
  });
}
