// Serialises a recorded graph as an ONNX model.
import { onnx } from "onnx-proto";
import type { GraphBuilder, Initializer } from "../tape/builder.ts";
import { onnxTypes } from "../tape/ops.ts";
import { type Attribute, type GraphNode, microsoftOps, type Shape, type Value } from "../tape/value.ts";
import { checkGraph, fileOrder } from "./check.ts";

const opset = 18; // the first in which reductions take their axes as an input
const irVersion = 8;
/**
 * The first opset with 4-bit integers and block scales. Used only when needed, because providers lag behind.
 */
const quantizedOpset = 21;
const quantizedIrVersion = 10;

/** Returns the bytes of a checked ONNX model. The same graph always yields the same bytes. */
export function encodeModel(g: GraphBuilder, name: string): Uint8Array {
  const nodes = fileOrder(g);
  checkGraph(g, nodes);
  const used = new Set<Value>(nodes.flatMap(node => node.inputs.filter(input => input !== null)));
  // Outputs take their name directly at their producer where possible, because an Identity would copy them.
  const names = new Map<Value, string>();
  for (const { name, value } of g.outputs)
    if (g.producers.has(value) && !names.has(value)) names.set(value, name);
  const nameOf = (value: Value): string => names.get(value) ?? value.name;
  const copies = g.outputs
    .filter(output => names.get(output.value) !== output.name)
    .map(output => ({
      opType: "Identity",
      name: `output_${output.name}`,
      input: [nameOf(output.value)],
      output: [output.name],
    }));
  const graph: onnx.IGraphProto = {
    name,
    node: [...nodes.map(node => encodeNode(node, nameOf)), ...copies],
    valueInfo: nodes
      .flatMap(node => node.outputs.filter(value => hasNamedSize(value) && !names.has(value)))
      .map(encodeValue),
    input: g.inputs.map(encodeValue),
    output: g.outputs.map(output => encodeValue({ ...output.value, name: output.name })),
    initializer: g.initializers
      .filter(
        initializer =>
          used.has(initializer.value) || g.outputs.some(output => output.value === initializer.value),
      )
      .map(encodeInitializer),
  };
  const quantized = nodes.some(node => node.op === "DequantizeLinear");
  return onnx.ModelProto.encode({
    irVersion: quantized ? quantizedIrVersion : irVersion,
    producerName: "pinch",
    opsetImport: [
      { domain: "", version: quantized ? quantizedOpset : opset },
      { domain: "com.microsoft", version: 1 },
    ],
    graph,
  }).finish();
}

function encodeNode(node: GraphNode, nameOf: (value: Value) => string): onnx.INodeProto {
  return {
    opType: node.op,
    name: node.name,
    domain: microsoftOps.has(node.op) ? "com.microsoft" : "",
    input: node.inputs.map(input => (input === null ? "" : nameOf(input))),
    output: node.outputs.map(nameOf),
    attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
  };
}

function encodeAttribute(name: string, value: Attribute): onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === "number") return { name, type: AttributeType.INT, i: value };
  if (typeof value === "string")
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ("float" in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function encodeShape(shape: Shape): onnx.ITensorShapeProto {
  return { dim: shape.map(dim => (typeof dim === "number" ? { dimValue: dim } : { dimParam: dim })) };
}

/**
 * Reports whether a value has symbolic sizes, none of which the runtime can infer by itself. The runtime
 * never shares buffers whose sizes have no names, and compares each with all others when it loads the graph.
 * Parts (`lossTokens/4`) may differ by one, so they get no common name.
 */
function hasNamedSize({ shape }: Value): boolean {
  const names = shape.filter(dim => typeof dim === "string");
  return names.length > 0 && names.every(name => !name.includes("/"));
}

function encodeValue(value: Value): onnx.IValueInfoProto {
  return {
    name: value.name,
    type: { tensorType: { elemType: onnxTypes[value.dtype], shape: encodeShape(value.shape) } },
  };
}

function encodeInitializer(initializer: Initializer): onnx.ITensorProto {
  const { value } = initializer;
  const head = { name: value.name, dataType: onnxTypes[value.dtype], dims: value.shape.map(Number) };
  if ("external" in initializer) {
    const { location, offset, length } = initializer.external;
    return {
      ...head,
      dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
      externalData: [
        { key: "location", value: location },
        { key: "offset", value: String(offset) },
        { key: "length", value: String(length) },
      ],
    };
  }
  const { data } = initializer;
  return { ...head, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
