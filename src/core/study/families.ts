// Families and branches of languages, for the study of language families.

interface Family {
  /** Top-level family on which Glottolog and Ethnologue agree. */
  readonly family: string;
  /** Branch whose languages are closely related; equals the family if that is not usefully divided. */
  readonly branch: string;
}

// Family: branch: primary language subtags. Handbooks agree on these branches, but not on finer ones.
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Indo-European": {
    Germanic: "en de nl af fy lb da sv no nb nn is fo yi",
    Romance: "es pt gl ca oc fr it ro sc scn vec ast rm la",
    Slavic: "ru uk be pl cs sk sl hr sr bs mk bg hsb szl",
    Baltic: "lt lv ltg",
    Celtic: "ga gd cy br gv kw",
    Hellenic: "el",
    Albanian: "sq",
    Armenian: "hy",
    "Indo-Aryan": "hi ur bn pa gu mr ne si as or sd mai bho sa ks awa hne mag",
    Iranian: "fa prs tg ps ku ckb kmr os",
  },
  Uralic: {
    Finnic: "fi et vro krl",
    Ugric: "hu",
    Sami: "se smj smn",
  },
  "Afro-Asiatic": {
    Semitic: "ar arz ary ars apc acm aeb he mt am ti arc syr",
    Berber: "kab tzm shi zgh taq",
    Cushitic: "so om aa",
    Chadic: "ha",
  },
  "Niger-Congo": {
    Bantu: "sw zu xh st nso tn ts ss ve nr rw rn lg ln sn ny bem kg lua tum ki umb kmb cjk",
    "Volta-Niger": "yo ig fon ee",
    Atlantic: "wo ff",
    Mande: "bm dyu",
    Gur: "mos",
    Kwa: "ak tw",
  },
  "Sino-Tibetan": {
    Sinitic: "zh yue wuu nan hak gan lzh",
    "Tibeto-Burman": "my bo dz mni lus kac",
  },
  Turkic: {
    Oghuz: "tr az azb tk gag",
    Kipchak: "kk ky tt ba crh kaa",
    Karluk: "uz ug",
    Siberian: "sah tyv",
    Oghur: "cv",
  },
  Austronesian: {
    "Malayo-Sumbawan": "ms id zsm min ace ban su bjn",
    Javanese: "jv",
    Philippine: "tl fil ceb ilo war pag",
    Barito: "mg",
    Oceanic: "mi sm to fj haw ty",
  },
  Dravidian: { "South Dravidian": "ta ml kn", "South-Central Dravidian": "te" },
  Austroasiatic: { Vietic: "vi", Khmeric: "km", Munda: "sat" },
  "Tai-Kadai": { Tai: "th lo shn" },
  Mongolic: { Mongolic: "mn bxr xal" },
  Kartvelian: { Kartvelian: "ka xmf" },
  "Northeast Caucasian": { Nakh: "ce", Lezgic: "lez", Avaric: "av" },
  Japonic: { Japonic: "ja" },
  Koreanic: { Koreanic: "ko" },
  Quechuan: { Quechuan: "qu quy quz" },
  Aymaran: { Aymaran: "ay ayr" },
  Tupian: { "Tupi-Guarani": "gn" },
  "Nilo-Saharan": { Nilotic: "luo din nus", Saharan: "kr" },
  "Eskimo-Aleut": { Inuit: "iu kl" },
};

const byLanguage: ReadonlyMap<string, Family> = new Map(
  Object.entries(table).flatMap(([family, branches]) =>
    Object.entries(branches).flatMap(([branch, tags]) =>
      tags.split(" ").map((tag): [string, Family] => [tag, { family, branch }]),
    ),
  ),
);

/** Returns null for isolates such as Basque, creoles and planned languages. */
export function familyOf(tag: string): Family | null {
  return byLanguage.get(tag.split("-")[0] ?? "") ?? null;
}

export interface LanguageGroup {
  /** Name of the branch, or `no known relative`. */
  readonly name: string;
  readonly languages: readonly string[];
}

/** Groups in the order of the table, with languages in the given order; those without a family come last. */
export function groupedByBranch(tags: readonly string[]): LanguageGroup[] {
  const branches = Object.entries(table).flatMap(([family, all]) =>
    Object.keys(all).map(branch => ({ family, branch })),
  );
  const groups = branches.map(({ family, branch }) => ({
    name: branch,
    languages: tags.filter(tag => {
      const of = familyOf(tag);
      return of?.family === family && of.branch === branch;
    }),
  }));
  const alone = tags.filter(tag => familyOf(tag) === null);
  return [...groups, { name: "no known relative", languages: alone }].filter(
    ({ languages }) => languages.length > 0,
  );
}
