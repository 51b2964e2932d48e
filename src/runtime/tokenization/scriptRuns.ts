// UnicodeScripts of tokenizer.json: a text is split where its script changes.
import type { Piece } from "./piece.ts";

const scripts = `
  Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali
  Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian
  Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret
  Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian
  Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo
  Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian
  Javanese Kaithi Kannada Katakana Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao
  Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic
  Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive
  Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari New_Tai_Lue Newa
  Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
  Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya
  Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan
  Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese
  Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu
  Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi
  Zanabazar_Square
`
  .trim()
  .split(/\s+/)
  .map(name => [name, new RegExp(`\\p{Script=${name}}`, "u")] as const);

/** Belongs to any script, like a space. */
const any = "Any";
const known = new Map<string, string>([
  [" ", any],
  ["\u30fc", "Han"],
]);

function scriptOf(character: string): string {
  const found = known.get(character);
  if (found !== undefined) return found;
  const own = scripts.find(([, pattern]) => pattern.test(character))?.[0] ?? any;
  const script = own === "Hiragana" || own === "Katakana" ? "Han" : own;
  known.set(character, script);
  return script;
}

/** As in the Rust library, spaces before the first script are dropped. */
export function scriptRuns({ text, isFirst }: Piece): readonly Piece[] {
  const starts: number[] = [];
  let at = 0;
  let last: string | null = null;
  for (const character of text) {
    const script = scriptOf(character);
    if (script !== any && last !== any && script !== last) starts.push(at);
    if (script !== any) last = script;
    at += character.length;
  }
  return starts.map((from, i) => ({ text: text.slice(from, starts[i + 1]), isFirst: isFirst && from === 0 }));
}
