// A process that ended without an answer: its signal or exit code in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { processEnd, readableWords } from "../../../src/common/processEnd.ts";

const heap = `
<--- Last few GCs --->

[4242:0x6a0]     7012 ms: Mark-Compact 2046.9 (2082.9) -> 2046.7 (2082.9) MB

<--- JS stacktrace --->

FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb85bc0 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0xef4ee0 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*) [node]
`;

test("each way to end has its own meaning; only a lack of memory is called one", () => {
  assert.match(processEnd("signal SIGKILL").meaning, /killed by a user, or by the system for lack of memory/);
  assert.match(processEnd("signal SIGBUS").meaning, /file .* was truncated or overwritten/);
  assert.match(processEnd("signal SIGBUS").remedy, /model's files/);
  for (const reason of ["signal SIGSEGV", "signal SIGABRT", "exit code 3221225477"])
    assert.doesNotMatch(JSON.stringify(processEnd(reason)), /memory|killed/, reason);
  assert.equal(processEnd("signal SIGABRT", heap).meaning, "memory ran out");
  assert.equal(processEnd("signal SIGABRT", "what(): std::bad_alloc").meaning, "memory ran out");
  const limit = "# Fatal process OOM in Failed to reserve virtual memory for CodeRange";
  assert.match(processEnd("signal SIGTRAP", limit).meaning, /address space .* too low \(ulimit -v\)/);
  assert.equal(processEnd("exit code 9").meaning, "it gave no reason");
});

test("of a report on the heap only the sentence is shown", () => {
  assert.equal(
    readableWords(heap),
    "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory",
  );
});
