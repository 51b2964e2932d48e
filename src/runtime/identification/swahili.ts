// Recognises Swahili by its closed-class words, which every sentence contains: n-gram models know too little
// of short texts.

// Complete grammar tables: concords of the connective -a, demonstratives, possessives, interrogatives,
// numerals, personal pronouns, copula and existentials, conjunctions and prepositions.
const words = (list: string): readonly string[] => list.split(" ");
const connectives = words("wa ya la cha vya za kwa pa mwa");
const demonstratives = words(
  "huyu hawa huu hii hili haya hiki hivi hizi hapa huku humu " +
    "huyo hao huo hiyo hilo hayo hicho hivyo hizo hapo huko humo " +
    "yule wale ule ile lile yale kile vile zile pale kule mle",
);
const possessives = words("w y l ch vy z kw p mw").flatMap(concord =>
  words("angu ako ake etu enu ao").map(stem => concord + stem),
);
const interrogatives = words(
  "nini nani gani wapi lini vipi je yupi upi ipi kipi zipi lipi ngapi wangapi mingapi mangapi vingapi",
);
const numerals = words("moja mbili tatu nne tano sita saba nane tisa kumi mia elfu");
const pronouns = words("mimi wewe yeye sisi ninyi nyinyi wao");
const copulas = words("ni si kuna hakuna pana hapana mna hamna ndiyo ndio siyo sio");
const particles = words(
  "na au lakini kama kwamba kwani ikiwa hata pia tu sana kila bila katika kwenye hadi mpaka kutoka kuhusu kuwa",
);
/** Words that other languages have too (cs, es, it, fr, fi, et, pl, hr, id): they count half. */
const shared: ReadonlySet<string> = new Set(
  words("ya la za pa hii ile ule je ni si na au kama tu pana mna sana kila hata sio lini sita nane mia"),
);
const closedClasses: ReadonlySet<string> = new Set([
  ...connectives,
  ...demonstratives,
  ...possessives,
  ...interrogatives,
  ...numerals,
  ...pronouns,
  ...copulas,
  ...particles,
]);

// Minimum share of words that end in a vowel: every Swahili word does, except some names and numerals.
const leastOpenWords = 0.75;

// Minimum share of closed-class words in a Swahili text.
const leastShare = 0.15;

/**
 * Reports whether a text may be Swahili and has enough of its closed-class words, including one that no other
 * language has.
 */
export function hasSwahiliWords(text: string): boolean {
  let total = 0;
  let open = 0;
  let evidence = 0;
  let distinct = false;
  for (const [at, written] of (text.match(/[\p{L}\p{M}]+/gu) ?? []).entries()) {
    if (written.length < 2) continue; // the x of a formula
    const word = written.toLowerCase();
    const name = at > 0 && word[0] !== written[0];
    total++;
    if (!name && /[^a-z]/u.test(word)) return false;
    if (name || /[aeiou]$/u.test(word)) open++;
    if (!closedClasses.has(word)) continue;
    const own = !shared.has(word);
    evidence += own ? 1 : 0.5;
    distinct ||= own;
  }
  return distinct && open >= leastOpenWords * total && evidence >= leastShare * total;
}
