// Language names missing from ICU: those of ISO 639, FLORES, Aya and everyday English; and country codes.

/** Varieties for which ICU has names: Simplified Chinese, Brazilian Portuguese, Dari. */
// biome-ignore format: a table
export const namedVarieties: readonly string[] = [
  "zh-Hans", "zh-Hant", "fa-AF", "en-AU", "en-CA", "en-GB", "en-US", "es-419", "es-ES", "es-MX", "fr-CA", "fr-CH", "pt-BR",
  "pt-PT", "de-AT", "de-CH",
];

/** Tags by lower-case name; these take precedence over ICU's names. */
// biome-ignore format: a table
export const otherNames: Readonly<Record<string, string>> = {
  achinese: "ace", "ayacucho quechua": "quy", "bahasa indonesia": "id", "bahasa melayu": "ms", bengali: "bn", bhojpuri: "bho",
  "bokmål": "nb", "burmese (myanmar)": "my", cambodian: "km", "cantonese chinese": "yue", castilian: "es", "central aymara": "ay",
  "central kanuri": "kr", "central khmer": "km", chewa: "ny", chhattisgarhi: "hne", chichewa: "ny", chokwe: "cjk", chuang: "za",
  "classical chinese": "lzh", "dari persian": "fa-AF", dhivehi: "dv", "eastern panjabi": "pa", "eastern punjabi": "pa",
  "eastern yiddish": "yi", farsi: "fa", flemish: "nl", fulah: "ff", fulani: "ff", gaelic: "gd", greenlandic: "kl", haitian: "ht",
  hakka: "hak", "halh mongolian": "mn", ilocano: "ilo", "iranian persian": "fa", "irish gaelic": "ga", isindebele: "nd",
  isixhosa: "xh", isizulu: "zu", jingpho: "kac", "kabiyè": "kbp", kabiye: "kbp", kapampangan: "pam", "khalkha mongolian": "mn",
  kikongo: "kg", kirghiz: "ky", kirundi: "rn", kiswahili: "sw", koongo: "kg", kurmanji: "ku", "kurmanji kurdish": "ku", laotian: "lo",
  letzeburgesch: "lb", limburgan: "li", limburger: "li", "low saxon": "nds", "luba-kasai": "lua", luganda: "lg", lushai: "lus",
  maldivian: "dv", mandarin: "zh", "mandarin chinese": "zh", maori: "mi", meitei: "mni", "mesopotamian arabic": "acm", "min nan": "nan",
  "modern greek": "el", "modern hebrew": "he", "modern standard arabic": "ar", moldavian: "ro", moldovan: "ro", mon: "mnw",
  montenegrin: "sr-ME", myanmar: "my", "myanmar (burmese)": "my", naija: "pcm", "nigerian fulfulde": "fuv",
  "nigerian pidgin english": "pcm", "north azerbaijani": "az", "north frisian": "frr", "north levantine arabic": "apc",
  "northern kurdish": "ku", "northern ndebele": "nd", "northern uzbek": "uz", nuosu: "ii", nynorsk: "nn", occidental: "ie",
  oriya: "or", ossetian: "os", panjabi: "pa", pedi: "nso", "plateau malagasy": "mg", pushto: "ps", sakha: "sah", sepedi: "nso",
  "serbo-croatian": "sr-Latn", sesotho: "st", setswana: "tn", sinhalese: "si", siswati: "ss", slovakian: "sk", slovene: "sl",
  sorani: "ckb", "sorani kurdish": "ckb", "south azerbaijani": "azb", "south levantine arabic": "apc", "southern min": "nan",
  "southern ndebele": "nr", "southern pashto": "pbt", "southwestern dinka": "din", "standard arabic": "ar", "standard estonian": "et",
  "standard latvian": "lv", "standard malay": "ms", "standard tibetan": "bo", swazi: "ss", "ta'izzi-adeni arabic": "acq",
  tagalog: "fil", tamasheq: "taq", tamazight: "tzm", "toba batak": "bbc", "tosk albanian": "sq", uighur: "ug", valencian: "ca",
  "waray (philippines)": "war", "west central oromo": "om", "west frisian": "fy", "western persian": "fa", "yue chinese": "yue",
};

/** Country codes written for a language. They are only suggested, since some are tags of other languages. */
export const countryCodes: Readonly<Record<string, string>> = {
  jp: "ja",
  cn: "zh",
  cz: "cs",
  gr: "el",
  kr: "ko",
  ua: "uk",
  dk: "da",
  vn: "vi",
  il: "he",
  rs: "sr",
  ir: "fa",
  pk: "ur",
  ge: "ka",
  al: "sq",
};
