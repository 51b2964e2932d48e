// @ts-check
// Writes src/runtime/identification/alphabets.ts from Unicode CLDR:
// the letters with which each language is written.
//   npm install --no-save cldr-misc-full@48.2.0 && node scripts/alphabets.mjs
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";

const folder = process.argv[2] ?? join(root, "node_modules", "cldr-misc-full");
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

// Languages that one of the identifier's models knows and that share their script with others. Equal
// languages are merged under the identifier's name for them (src/core/language/alike.ts).
const languages = {
  Latn:
    "af az bm br ca ceb co cs cy da de ee en eo es et eu ff fi fo fr fur fy ga gd gl gn gv ha haw hr:hr,bs,sr-Latn " +
    "hsb dsb ht hu ia id:ms,id ig is it jv ku kw lb lg ln lt lv mg mi mt nds nl no:nb,nn nso ny oc om pap pl pt qu " +
    "rm rn ro rw sc sg sk sl sma sn sq ss st su sv sw tk tl:fil tn to tr ts uz vec vi vo wa wo xh yo za zu " +
    "scn lmo lij szl ast gsw kab smn se an nr ve",
  Cyrl: "be bg ce cv kk ky mk mn os ru sah sr tg tt uk uz-Cyrl ba kaa-Cyrl",
  Arab: "ar ckb fa ks ku-Arab ps sd ug ur lrc mzn az-Arab pa-Arab uz-Arab",
  Hebr: "he yi",
  Deva: "hi mr ne sa brx doi kok",
  Beng: "bn as mni",
};

/** @param {string} set a CLDR set of characters, such as `[a {ch} d-f \u{301}]` */
function charactersOf(set) {
  const found = new Set();
  let last = "";
  const points = [...set.slice(1, -1).matchAll(/\\u([0-9A-Fa-f]{4})|\\(.)|\{([^}]*)\}|(-)(?=\S)|(\S)/gsu)];
  for (let i = 0; i < points.length; i++) {
    const [, code, escaped, several, dash, plain] = points[i] ?? [];
    if (several !== undefined) for (const character of several) found.add(character);
    else if (dash !== undefined && last !== "") {
      const [, nextCode, nextEscaped, , , nextPlain] = points[++i] ?? [];
      const end =
        nextCode === undefined
          ? (nextEscaped ?? nextPlain ?? last)
          : String.fromCodePoint(Number.parseInt(nextCode, 16));
      for (let point = last.codePointAt(0) ?? 0; point <= (end.codePointAt(0) ?? 0); point++)
        found.add(String.fromCodePoint(point));
    } else {
      last =
        code === undefined
          ? (escaped ?? plain ?? dash ?? "")
          : String.fromCodePoint(Number.parseInt(code, 16));
      found.add(last);
    }
  }
  return found;
}

/** @param {string} tag */
function lettersOf(tag) {
  const file = join(folder, "main", tag, "characters.json");
  if (!existsSync(file)) return null;
  const set = JSON.parse(readFileSync(file, "utf8")).main[tag].characters.exemplarCharacters;
  if (set === undefined) return null;
  const text = [...charactersOf(set)].join("\n").normalize("NFC").toLowerCase();
  return new Set([...text].filter(character => /\p{L}/u.test(character)));
}

const lines = [];
for (const [script, names] of Object.entries(languages)) {
  lines.push(`  ${script}: {`);
  for (const name of [...new Set(names.split(" "))].sort()) {
    const [own = "", joined] = name.split(":");
    const sets = (joined ?? own).split(",").map(lettersOf);
    if (sets.some(set => set === null)) {
      console.warn(`${name}: no alphabet in CLDR`);
      continue;
    }
    const letters = [...new Set(sets.flatMap(set => [...(set ?? [])]))].sort().join("");
    lines.push(`    ${own.split("-")[0]}: "${letters}",`);
  }
  lines.push("  },");
}
writeFileSync(
  join(root, "src", "runtime", "identification", "alphabets.ts"),
  `// The letters that languages are written with: the main exemplar characters of Unicode CLDR ${version} (licence Unicode-3.0).
// Written by scripts/alphabets.mjs.

/** By ISO 15924 script and the identifier's name of the language: lower-case letters, without marks. */
// biome-ignore format: a table
export const alphabets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${lines.join("\n")}
};
`,
);
