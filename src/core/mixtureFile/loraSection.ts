// Reads `train.lora`: the shape of the adapters and the layers that get one.
import { closest } from "../../common/didYouMean.ts";
import { shownName } from "../../common/shownName.ts";
import { listed } from "../../common/words.ts";
import { defaultTraining, loraScalings } from "../mixture/defaults.ts";
import { highestRank } from "../mixture/limits.ts";
import type { LoraTargets, TrainingSpec } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";
import { checkRank } from "./usualRanges.ts";

export function readLora(
  reader: YamlReader,
  field: Field | undefined,
  method: TrainingSpec["method"],
): TrainingSpec["lora"] {
  const entries = field && reader.section(field, "train.lora", "lora: { rank: 16, alpha: 32 }");
  if (!field || !entries) return defaultTraining.lora;
  if (method === "full") {
    reader.report(
      field.keyRange,
      "unused-key",
      `"lora" has no effect with "method: full".`,
      `Remove it, or use "method: lora".`,
      "warning",
    );
  }
  const before = reader.diagnostics.length;
  const rankField = entries.get("rank");
  const rank = reader.number(
    rankField,
    "rank",
    { whole: true, min: 1, max: highestRank },
    defaultTraining.lora.rank,
  );
  if (reader.diagnostics.length === before && method === "lora") checkRank(reader, rankField, rank);
  return {
    rank,
    alpha: reader.number(entries.get("alpha"), "alpha", { above: 0 }, defaultTraining.lora.alpha),
    targets: readTargets(reader, entries.get("targets")),
    ...readScaling(reader, entries.get("scaling")),
    ...readPlusRatio(reader, entries.get("plusRatio")),
    ...(reader.flag(entries.get("dora"), "dora") && { dora: true }),
    ...readDropout(reader, entries.get("dropout")),
    ...readFrom(reader, entries.get("from")),
  };
}

/** Smaller ratios than 1 are not LoRA+, whose point is that B learns faster. */
function readPlusRatio(
  reader: YamlReader,
  field: Field | undefined,
): Pick<TrainingSpec["lora"], "plusRatio"> {
  const ratio = reader.number(field, "plusRatio", { min: 1 }, 1);
  return ratio === 1 ? {} : { plusRatio: ratio };
}

function readDropout(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec["lora"], "dropout"> {
  const dropout = reader.number(field, "dropout", { min: 0, below: 1 }, 0);
  return dropout === 0 ? {} : { dropout };
}

function readScaling(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec["lora"], "scaling"> {
  const scaling = reader.choice(field, "scaling", loraScalings, "standard");
  return scaling === "standard" ? {} : { scaling };
}

function readFrom(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec["lora"], "from"> {
  const from = reader.text(field, "from");
  return field === undefined || from === null ? {} : { from };
}

const allLinear = "all-linear";

/** Reads names of layers. Only with the model at hand is it known whether they name any. */
function readTargets(reader: YamlReader, field: Field | undefined): LoraTargets {
  if (field === undefined || reader.scalar(field) === allLinear) return allLinear;
  const items = reader.items(field);
  if (items.length === 0)
    reader.report(
      field.range,
      "no-targets",
      `"targets" is an empty list.`,
      "Write, for example, [q_proj, v_proj], or all-linear.",
    );
  const targets: string[] = [];
  for (const item of items) {
    const target = reader.text(item, "targets");
    if (target === null) continue;
    const near = closest(target, [allLinear]);
    if (near !== null)
      reader.report(
        item.range,
        "unknown-value",
        `"targets" must be all-linear or names of layers, not ${reader.written(item)}.`,
        target === near ? "Write all-linear without a list." : `Did you mean "${near}"?`,
        { meant: target === near ? null : near },
      );
    else if (targets.includes(target))
      reader.report(item.range, "duplicate-value", `${target} is in the list twice.`, "Remove one of them.");
    else targets.push(target);
  }
  return targets;
}

/** Describes the adapters for users: `rsLoRA of rank 16, alpha 32 on q_proj and v_proj`; all layers go unsaid. */
export function describeLora({
  rank,
  alpha,
  targets,
  scaling,
  plusRatio,
  dora,
  dropout,
  from,
}: TrainingSpec["lora"]): string {
  const name = dora === true ? "DoRA" : scaling === "rslora" ? "rsLoRA" : "LoRA";
  const scaled = dora === true && scaling === "rslora" ? " scaled as rsLoRA" : "";
  const plus = plusRatio === undefined ? "" : `, B at ${plusRatio} times the learning rate of A (LoRA+)`;
  const left = dropout === undefined ? "" : `, dropout ${dropout}`;
  const where = Array.isArray(targets) ? ` on ${listed(targets)}` : "";
  const start = from === undefined ? "" : `, started from the adapter ${shownName(from)}`;
  return `${name} of rank ${rank}, alpha ${alpha}${scaled}${plus}${left}${where}${start}`;
}
