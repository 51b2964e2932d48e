// Distinguishes languages that the models mistake for a larger relative, by their function words.

interface Kin {
  readonly language: string;
  /** Closed-class words that the relative does not have. */
  readonly words: ReadonlySet<string>;
  /**
   * Endings that occur in its words but hardly ever in the relative's: two of them count as much as a word.
   */
  readonly ending: RegExp;
  /** Words of the relative with such an ending. */
  readonly exceptions: ReadonlySet<string>;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

// Table by the relative's name and script.
// biome-ignore format: tables of a grammar
const kinOf: Readonly<Record<string, Kin>> = {
  // Asturian: contractions, pronouns and quantifiers, forms of ser, tar, haber, facer, dicir, ir, tener,
  // querer and poder, adverbs, prepositions and conjunctions. Masculine nouns and adjectives end in -u.
  "Latn es": {
    language: "ast",
    words: words(
      "nel nes colos pel pola toles " +
        "elli nós vós nuesu nuesa nuesos nueses vuesu vuesa esti esi aquelli estes eses aquelles yos " +
        "otru otres toos munchu muncha muncho munchos munches daqué daquién daquien dalgún dalguna " +
        "dalgunos dalgunes dengún dengunu denguna abondo " +
        "ye yera yeres yeren foron seya seyan taba tabes taben tán tamos hai hebo hebio " +
        "fai faen fixo fizo facer diz dixo dicir diba diben tien quier quies quixo puen pueo vien " +
        "nun equí ehí ellí güei ayeri llueu lluegu dempués depués enantes tamién xunto xuntu lloñe " +
        "perbién meyor asina ensín ensin dende escontra pente magar anque desque sinón",
    ),
    ending: /[^aeiouáéíóúü\W]u$/u,
    exceptions: words("espíritu ímpetu tribu haiku tofu menu bantu hindu zulu urdu vudu tutu sudoku shiatsu jitsu"),
  },
  // Uzbek in Cyrillic script: postpositions, pronouns, conjunctions, copulas, adverbs. The genitive ends in
  // -нинг.
  "Cyrl ru": {
    language: "uz",
    words: words(
      "эмас лекин энг билан учун ҳам йўқ керак мумкин эди экан эмиш каби сўнг кейин бугун эртага қандай нима қаерда " +
        "қачон нега сиз биз улар ушбу барча ҳар жуда фақат агар чунки ёки тўрт беш олти етти саккиз тўққиз ўн",
    ),
    ending: /(?:нинг|лари|ларни|ларда|миз|сизми)$/u,
    exceptions: words("тренинг скрининг клининг тюнинг спиннинг лари"),
  },
};

const leastLetters = 4;
const weightOfAnEnding = 0.5;
// Minimum share of a text's words: a single quoted word does not make a sentence the relative's.
const leastShare = 0.1;

/** Returns the smaller relative of `language` whose function words a text contains; null if there is none. */
export function kinIn(given: readonly string[], language: string, script: string): string | null {
  const kin = kinOf[`${script} ${language}`];
  if (kin === undefined) return null;
  let evidence = 0;
  // Repeated words carry no further evidence.
  for (const word of new Set(given)) {
    if (kin.words.has(word)) evidence++;
    else if (word.length >= leastLetters && kin.ending.test(word) && !kin.exceptions.has(word))
      evidence += weightOfAnEnding;
  }
  return evidence >= Math.max(1, leastShare * given.length) ? kin.language : null;
}
