// The JSON Schema in media is the one that the parser's keys make, and takes what the parser takes.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { root } from "../../../scripts/lib/paths.mjs";
import { type JsonSchema, mixtureJsonSchema } from "../../../src/core/mixtureFile/jsonSchema.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { unmarked } from "../../support/mixtureGolden.ts";

/** The part of JSON Schema that the file uses: what is wrong with a value, by path. */
function faults(schema: JsonSchema, value: unknown, path = ""): string[] {
  const is = (type: unknown) =>
    type === "object"
      ? typeof value === "object" && value !== null && !Array.isArray(value)
      : type === "array"
        ? Array.isArray(value)
        : type === "integer"
          ? Number.isInteger(value)
          : typeof value === type;
  const found: string[] = [];
  for (const [word, rule] of Object.entries(schema)) {
    const fault = (holds: boolean) => (holds ? [] : [`${path} ${word}`]);
    const list = Array.isArray(value) ? value : [];
    const entries = is("object") ? Object.entries(value as object) : [];
    const many = rule as readonly JsonSchema[];
    if (word === "type") found.push(...fault([rule].flat().some(is)));
    else if (word === "const") found.push(...fault(value === rule));
    else if (word === "enum") found.push(...fault((rule as unknown[]).includes(value)));
    else if (word === "pattern" && typeof value === "string")
      found.push(...fault(new RegExp(String(rule)).test(value)));
    else if (word === "minimum") found.push(...fault(typeof value !== "number" || value >= Number(rule)));
    else if (word === "maximum") found.push(...fault(typeof value !== "number" || value <= Number(rule)));
    else if (word === "minLength")
      found.push(...fault(typeof value !== "string" || value.length >= Number(rule)));
    else if (word === "minItems") found.push(...fault(!Array.isArray(value) || list.length >= Number(rule)));
    else if (word === "maxItems") found.push(...fault(list.length <= Number(rule)));
    else if (word === "uniqueItems") found.push(...fault(new Set(list).size === list.length));
    else if (word === "minProperties") found.push(...fault(!is("object") || entries.length >= Number(rule)));
    else if (word === "required")
      found.push(
        ...(rule as string[]).flatMap(key =>
          is("object") && key in (value as object) ? [] : [`${path} lacks ${key}`],
        ),
      );
    else if (word === "items")
      found.push(...list.flatMap((item, i) => faults(rule as JsonSchema, item, `${path}[${i}]`)));
    else if (word === "anyOf") found.push(...fault(many.some(each => faults(each, value).length === 0)));
    else if (word === "oneOf")
      found.push(...fault(many.filter(each => faults(each, value).length === 0).length === 1));
    else if (word === "properties") {
      for (const [key, part] of entries) {
        const known = (rule as Record<string, JsonSchema>)[key];
        if (known !== undefined) found.push(...faults(known, part, `${path}.${key}`));
      }
    } else if (word === "additionalProperties") {
      const known = (schema.properties ?? {}) as object;
      for (const [key, part] of entries.filter(([key]) => !(key in known))) {
        if (rule === false) found.push(`${path} unknown ${key}`);
        else found.push(...faults(rule as JsonSchema, part, `${path}.${key}`));
      }
    } else
      assert.ok(
        ["$schema", "title", "description", "defaultSnippets", "pattern"].includes(word) ||
          word.startsWith("min"),
        word,
      );
  }
  return found;
}

describe("media/mixture.schema.json", () => {
  const schema = mixtureJsonSchema();

  it("is current: node --import tsx scripts/mixtureSchema.ts", () => {
    const written: unknown = JSON.parse(readFileSync(join(root, "media", "mixture.schema.json"), "utf8"));
    assert.deepEqual(written, JSON.parse(JSON.stringify(schema)));
  });

  it("is offered for mixture files", () => {
    const { contributes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      contributes: { yamlValidation?: unknown };
    };
    assert.deepEqual(contributes.yamlValidation, [
      { fileMatch: "*.mixture.yaml", url: "./media/mixture.schema.json" },
    ]);
  });

  it("takes every file that the parser takes, and refuses mistyped keys and values", () => {
    const folder = join(root, "test", "fixtures", "mixtures");
    let sound = 0;
    for (const name of readdirSync(folder).filter(each => each.endsWith(".yaml"))) {
      const { text } = unmarked(readFileSync(join(folder, name), "utf8"));
      const { file } = parseMixtureFile(text);
      if (file === null) continue;
      sound++;
      assert.deepEqual(faults(schema, parse(text)), [], name);
    }
    assert.ok(sound >= 10, `${sound}`);
    const value = (change: string) => {
      const text = `version: 1\nmodel: m\nbudget: 10\ndata: { train: "{language}.jsonl" }\nmixtures: { a: { monolingual: en } }\n`;
      return faults(schema, parse(text.replace("budget: 10", change)));
    };
    assert.deepEqual(value("budgte: 10"), [" lacks budget", " unknown budgte"]);
    assert.deepEqual(value("budget: ten"), [".budget type"]);
    assert.deepEqual(value("budget: 10\ntrain: { method: lorra }"), [".train.method enum"]);
  });
});
