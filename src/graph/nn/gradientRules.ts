// Table of all gradient rules: those of the standard operators, and those of layers with a cheaper gradient
// of their own.
import type { GradientRules } from "../autodiff/rule.ts";
import { notDifferentiable, standardRules } from "../autodiff/standardRules.ts";
import { attentionRule } from "./attention.ts";
import { causalConvolutionRule } from "./causalConvolution.ts";
import { linearCrossEntropyRule } from "./crossEntropy.ts";
import { dropoutRule } from "./dropout.ts";
import { geGluRule } from "./geGlu.ts";
import { geluRule } from "./gelu.ts";
import { rmsNormRule, swiGluRule } from "./gradients.ts";
import { layerNormRule } from "./layerNorm.ts";
import { loraLinearRule } from "./loraLinear.ts";
import { rotaryRule } from "./rotary.ts";
import { splitColumnsRule } from "./splitColumns.ts";
import { triangularInverseRule } from "./triangularInverse.ts";
import { xIeluRule } from "./xIelu.ts";

export const gradientRules: GradientRules = {
  ...standardRules,
  RmsNorm: rmsNormRule,
  LayerNorm: layerNormRule,
  Rotary: rotaryRule,
  Attention: attentionRule,
  SplitColumns: splitColumnsRule,
  CausalConvolution: causalConvolutionRule,
  TriangularInverse: triangularInverseRule,
  SwiGlu: swiGluRule,
  GeGlu: geGluRule,
  Gelu: geluRule,
  XIelu: xIeluRule,
  LinearCrossEntropy: linearCrossEntropyRule,
  LoraLinear: loraLinearRule,
  Dropout: dropoutRule,
  // grad replays it
  Recompute: notDifferentiable,
};
