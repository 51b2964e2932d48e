// Distinguishes simplified from traditional Chinese by characters that only one of the two standards has.

// Every TextDecoder knows GB 2312 and Big5, the two standards: the characters of one that
// the other lacks are distinctive.
const lead = { gb2312: [0xb0, 0xf7], big5: [0xa4, 0xf9] } as const;
const trail = [0x40, 0xfe] as const;
// Minimum share of distinctive characters of one kind: a quoted name may be in the other.
const clearShare = 0.8;

let telling: { readonly Hans: ReadonlySet<string>; readonly Hant: ReadonlySet<string> } | null = null;

function charactersOf(encoding: keyof typeof lead): Set<string> {
  const decoder = new TextDecoder(encoding);
  const found = new Set<string>();
  const [first, last] = lead[encoding];
  for (let high = first; high <= last; high++) {
    for (let low = encoding === "gb2312" ? 0xa1 : trail[0]; low <= trail[1]; low++) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if (/^\p{Script=Han}$/u.test(character)) found.add(character);
    }
  }
  return found;
}

/** Returns `Hans` or `Hant`; null if the text has no distinctive character, or a mix of both kinds. */
export function hanScript(text: string): "Hans" | "Hant" | null {
  if (telling === null) {
    const [simplified, traditional] = [charactersOf("gb2312"), charactersOf("big5")];
    telling = {
      Hans: new Set([...simplified].filter(character => !traditional.has(character))),
      Hant: new Set([...traditional].filter(character => !simplified.has(character))),
    };
  }
  let hans = 0;
  let hant = 0;
  for (const character of text) {
    if (telling.Hans.has(character)) hans++;
    else if (telling.Hant.has(character)) hant++;
  }
  const needed = clearShare * (hans + hant);
  if (hans === 0 && hant === 0) return null;
  if (hans >= needed) return "Hans";
  return hant >= needed ? "Hant" : null;
}
