// The gradient of every operator: those of the ONNX standard, and the layers that have a cheaper one of their own.
import type { GradientRules } from "../autodiff/rule.ts";
import { notDifferentiable, standardRules } from "../autodiff/standardRules.ts";
import { attentionRule } from "./attention.ts";
import { linearCrossEntropyRule } from "./crossEntropy.ts";
import { geGluRule } from "./geGlu.ts";
import { rmsNormRule, swiGluRule } from "./gradients.ts";
import { layerNormRule } from "./layerNorm.ts";
import { loraLinearRule } from "./loraLinear.ts";
import { rotaryRule } from "./rotary.ts";

export const gradientRules: GradientRules = {
  ...standardRules,
  RmsNorm: rmsNormRule,
  LayerNorm: layerNormRule,
  Rotary: rotaryRule,
  Attention: attentionRule,
  SwiGlu: swiGluRule,
  GeGlu: geGluRule,
  LinearCrossEntropy: linearCrossEntropyRule,
  LoraLinear: loraLinearRule,
  // replayed by grad itself
  Recompute: notDifferentiable,
};
