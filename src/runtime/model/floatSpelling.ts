// Whole numbers that a model's config.json spells as floats (30.0): transformers 5 refuses them as integers.

/** Fields that transformers reads as floats only, which may come from elsewhere than a config.json. */
const knownFloats = ["logit_scale"];

/** Returns the names of fields that a JSON text gives a float. */
function floatFields(text: string): Set<string> {
  const floats = text.matchAll(/"([^"\\]+)"\s*:\s*-?\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+)/g);
  return new Set([...knownFloats, ...[...floats].map(([, name = ""]) => name)]);
}

/**
 * Formats an object as JSON, with floats as another text has them.
 * @param like Text with some of the same fields; empty if there is none.
 */
export function jsonWithFloats(value: object, like: string): string {
  const names = floatFields(like);
  const text = JSON.stringify(value, null, 2);
  // One field a line; texts have no line breaks.
  return text.replace(/^(\s*"([^"\\]+)": -?\d+)(?=,?$)/gm, (whole, field: string, name: string) =>
    names.has(name) ? `${field}.0` : whole,
  );
}
