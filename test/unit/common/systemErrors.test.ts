// What the operating system refuses, told in sentences: real refusals where they can be had, made ones elsewhere.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { refusalReason, systemCode, systemError, userError } from "../../../src/common/systemErrors.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-refused-"));
after(() => rmSync(root, { recursive: true, force: true }));

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

function made(code: string, more: object = {}): Error {
  return Object.assign(new Error(`${code}: made for a test`), { code, errno: -1, syscall: "write", ...more });
}

test("a real refusal names the path, what could not be done, and why", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  const told = (work: () => unknown) => systemError(thrown(work))?.message;
  assert.equal(
    told(() => readFileSync(join(root, "none"))),
    `${join(root, "none")} can't be opened: there is no such file or folder.`,
  );
  assert.equal(
    told(() => mkdirSync(file)),
    `${file} can't be created: it already exists.`,
  );
  if (process.platform === "win32") return;
  assert.equal(
    told(() => readFileSync(join(file, "inside"))),
    `${join(file, "inside")} can't be opened: a part of its path is a file, not a folder.`,
  );
  assert.equal(
    told(() => writeFileSync(root, "")),
    `${root} can't be opened: it is a folder, not a file.`,
  );
  symlinkSync("round", join(root, "round"));
  assert.match(
    told(() => readFileSync(join(root, "round"))) ?? "",
    /it is part of a loop of symbolic links\.$/,
  );
  const long = told(() => mkdirSync(join(root, "n".repeat(300)))) ?? "";
  assert.match(long, /…n{40} can't be created: its name or its path is longer than the system allows\.$/);
  assert.ok(long.length < 200, "a path that is too long is shortened");
});

test("every refusal of a disk and a process that systems have is told without its code", () => {
  const told = [
    ["ENOSPC", "run", /^A file can't be written: the disk is full\.$/],
    ["EDQUOT", "run", /quota/],
    ["EFBIG", "run", /maximum size/],
    ["EROFS", "input", /read-only/],
    ["EACCES", "input", /permission is denied/],
    ["EPERM", "input", /permission is denied/],
    ["EMFILE", "run", /too many open files/],
    ["ENFILE", "run", /too many open files/],
    ["ENAMETOOLONG", "input", /longer than the system allows/],
    ["ENOMEM", "run", /out of memory/],
    ["EIO", "run", /its disk failed/],
    ["ESTALE", "run", /is not responding/],
    ["EAGAIN", "run", /no more processes/],
    ["EBUSY", "run", /another program/],
    ["EXDEV", "input", /different disks/],
  ] as const;
  for (const [code, kind, reason] of told) {
    const error = systemError(made(code));
    assert.ok(error !== null, code);
    assert.equal(error.kind, kind, code);
    assert.match(error.message, reason);
    assert.doesNotMatch(`${error.message} ${error.remedy}`, /\bE[A-Z]{3,}\b|bug in Pinch/);
    assert.match(error.remedy, /^[A-Z].*\.$/);
  }
});

test("a code that is not in the table is named, and no code but two ends as a bug in Pinch", () => {
  assert.match(userError(made("EPROTO")).message, /can't be written: the system refused it \(EPROTO\)\.$/);
  for (const code of Object.keys(constants.errno)) {
    const error = userError(made(code));
    assert.equal(error.kind === "internal", code === "EBADF" || code === "EFAULT", code);
    assert.ok(error.cause instanceof Error, "the log has what the system said");
  }
});

test("a caller says what failed, and what else may help", () => {
  const error = systemError(made("ENOSPC"), "/runs/a/run.json can't be written", "Resume it then.");
  assert.equal(error?.message, "/runs/a/run.json can't be written: the disk is full.");
  assert.match(error?.remedy ?? "", /^Free some space.* Resume it then\.$/);
  assert.equal(refusalReason(made("EROFS")), "its disk is read-only");
});

test("what VS Code's file systems refuse is the same refusal", () => {
  const wrapped = Object.assign(new Error("Unable to write file (Error: ENOSPC: no space left, write)"), {
    code: "Unknown",
  });
  assert.equal(systemCode(wrapped), "ENOSPC");
  assert.equal(systemCode(Object.assign(new Error("x"), { code: "NoPermissions" })), "EACCES");
  assert.equal(systemCode(Object.assign(new Error("nothing said"), { code: "Unknown" })), null);
});

test("faults of our own stay ours, and errors for people stay as they are", () => {
  const fault = userError(new TypeError("x is not a function"), "output");
  assert.equal(fault.kind, "internal");
  assert.equal(fault.remedy, "This is a bug in Pinch: please report it with this output.");
  for (const code of ["ERR_INVALID_ARG_TYPE", "Z_DATA_ERROR", "ABORT_ERR"])
    assert.equal(systemError(Object.assign(new Error("x"), { code })), null);
  const human = new HumanError("No.", { remedy: "Yes." });
  assert.equal(userError(human), human);
});
