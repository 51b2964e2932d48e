// What onnxruntime says when it fails, told to people: from messages that it really gave, and from two failures made here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { encodeModel } from "../../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../../src/graph/tape/builder.ts";
import { cast, reduceSum } from "../../../src/graph/tape/ops.ts";
import { faultOf, runtimeError } from "../../../src/runtime/ort/runtimeErrors.ts";
import { Session, tensor } from "../../../src/runtime/ort/session.ts";

// onnxruntime-node 1.30.0 on linux-x64; WebGPU on SwiftShader. The CUDA and device-lost texts are from bug reports.
const messages = {
  memory: [
    "Non-zero status code returned while running Expand node. Name:'big' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 4000000000000\n",
    "Non-zero status code returned while running Expand node. Name:'big' Status Message: narrowing_error",
    "WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[1] against { binding: 1 }",
    "CUDA failure 2: out of memory ; GPU=0 ; hostname=A ; file=cuda_stream_handle.cc ; line=175",
    "std::bad_alloc",
  ],
  unsupported: [
    "Could not find an implementation for Add(14) node with name 'sum'",
    'This is an invalid model. In Node, ("", NoSuchOp, "", -1) : ("x": tensor(float),) -> ("y": tensor(float),) , Error No Op registered for NoSuchOp with domain_version of 18',
    "Non-zero status code returned while running Gather node. Name:'Gather_0' Status Message: shader_helper.cc:416 GenerateSourceCode Program Gather requires f16 but the device does not support it.",
    "Exception during initialization: /onnxruntime_src/onnxruntime/core/optimizer/transformer_memcpy.cc:253 bool onnxruntime::TransformerMemcpyImpl::IsNodeCompatibleWithProvider(const onnxruntime::Node&) const !node_provider_type.empty() was false. Provider type for Add node with name 'sum' is not set.",
  ],
  "device lost": [
    "Failed to create a WebGPU compute pipeline: A valid external Instance reference no longer exists.",
    "WebGPU validation failed. [Device] is lost.",
    "CUDA failure 700: an illegal memory access was encountered",
  ],
  other: [
    "Failed to load model because protobuf parsing failed.",
    "Non-zero status code returned while running Add node. Name:'sum' Status Message: sum: right operand cannot broadcast on dim 0 LeftShape: {3}, RightShape: {2}",
    "Failed to get a WebGPU adapter: No supported adapters",
  ],
} as const;

test("each message is taken for what it is", () => {
  for (const [fault, texts] of Object.entries(messages))
    for (const text of texts) assert.equal(faultOf(text), fault, text);
});

test("an error says what to lower, and keeps the runtime's words as its cause", () => {
  const cause = new Error(messages.memory[0]);
  const cpu = runtimeError(cause, "run", "cpu");
  assert.equal(cpu.message, "Memory ran out (3,730 GiB at once).");
  assert.match(cpu.remedy, /^Lower train\.batchTokens, then train\.maxTokens/);
  assert.doesNotMatch(cpu.remedy, /--device cpu/);
  assert.equal(cpu.kind, "run");
  assert.equal(cpu.cause, cause);
  const gpu = runtimeError(new Error(messages.memory[2]), "run", "webgpu");
  assert.equal(gpu.message, "The memory of the device (webgpu) ran out.");
  assert.match(gpu.remedy, /--device cpu/);
  assert.match(
    runtimeError(cause, "load", "cuda").message,
    /^The model does not fit into the memory of the device \(cuda\)/,
  );
  assert.match(
    runtimeError(new Error(messages.unsupported[0]), "load", "webgpu").message,
    /it has no Add for it/,
  );
  assert.match(runtimeError(new Error(messages["device lost"][0]), "run", "webgpu").remedy, /^Run again/);
  assert.match(runtimeError("odd", "run", "cpu").message, /while computing: odd/);
});

test("an allocation that no machine can make is a lack of memory", async () => {
  const g = new GraphBuilder();
  const shape = g.input("shape", "int64", [3]);
  const [big] = g.node("Expand", [g.scalar(1), shape], [{ dtype: "float32", shape: ["a", "b", "c"] }]);
  assert.ok(big !== undefined);
  g.output("y", reduceSum(g, big, [0, 1, 2]));
  const session = await Session.create(encodeModel(g, "big"), "cpu");
  await assert.rejects(
    session.run({ shape: tensor(BigInt64Array.of(1_000_000n, 1_000_000n, 1_000n), [3]) }),
    (error: unknown) =>
      error instanceof HumanError && /^Memory ran out \(.* at once\)\.$/.test(error.message),
  );
  await session.release();
});

test("an operator without a kernel is unsupported", async () => {
  const g = new GraphBuilder();
  // The CPU has no square root of bfloat16.
  const x = cast(g, g.input("x", "float32", [2]), "bfloat16");
  const [root] = g.node("Sqrt", [x], [{ dtype: "bfloat16", shape: [2] }]);
  assert.ok(root !== undefined);
  g.output("y", cast(g, root, "float32"));
  await assert.rejects(
    Session.create(encodeModel(g, "root"), "cpu"),
    (error: unknown) =>
      error instanceof HumanError && /can't compute this model: it has no Sqrt for it/.test(error.message),
  );
});
