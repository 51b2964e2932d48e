// Result of the study of language families: do monolingual models do better on their relatives?

import { countOf, listed } from "../../common/words.ts";
import { heatMatrix } from "../figures/heatMatrix.ts";
import { displayName } from "../language/tags.ts";
import { claimSentence, differenceCell, differenceText, scoreCell } from "./claims.ts";
import { type Cell, cellsOf, differenceOf, holdTogether, meanOf } from "./estimates.ts";
import { familyOf, groupedByBranch } from "./families.ts";
import type { FamilyStudy } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";
import { studies } from "./studyNames.ts";
import type { StudyResult } from "./studyResult.ts";

export function familyResult({ name, tuned, evaluated }: FamilyStudy, book: ScoreBook): StudyResult | null {
  const groups = groupedByBranch(evaluated);
  const columns = groups.flatMap(({ languages }) => languages);
  const order = groupedByBranch(tuned.map(({ language }) => language)).flatMap(({ languages }) => languages);
  const rows = order.flatMap(language => {
    const mixture = tuned.find(one => one.language === language)?.mixture;
    if (mixture === undefined) return [];
    const cells = columns.map(tag => meanOf(book, [{ mixture, language: tag }]));
    const others = columns.filter(tag => tag !== language);
    return { language, mixture, cells, summary: meanOf(book, cellsOf([mixture], others)) };
  });
  const branches = branchesOf(tuned, evaluated, book);
  if (branches.length === 0) return null;
  const { title } = studies[name];
  const overall = differenceOf(
    book,
    branches.flatMap(({ relatives }) => relatives),
    branches.flatMap(({ strangers }) => strangers),
  );
  const holds = holdTogether(branches.map(({ difference }) => difference));
  const clear = branches.filter((_, i) => holds[i] === true);
  const corrected = `Of ${countOf(branches.length, "branch", "branches")} with relatives, with Holm's correction at 5 %`;
  const reading = [
    ...(overall === null
      ? []
      : [
          claimSentence(
            {
              subject: "Tuning on a language of the same branch, instead of another one,",
              up: "lifts",
              down: "lowers",
              object: "a language that is not tuned on",
            },
            overall,
          ),
        ]),
    clear.length === 0
      ? `${corrected}, no difference by itself can be told from noise.`
      : `${corrected}, ${clear.length === branches.length ? "all" : "these"} differ: ${listed(clear.map(({ branch, difference }) => `${branch} (${differenceText(difference)})`))}.`,
  ];
  const groupOf = new Map(
    groupedByBranch([...new Set([...columns, ...order])]).flatMap(group =>
      group.languages.map(tag => [tag, group.name] as const),
    ),
  );
  return {
    name,
    title,
    score: book.name,
    slug: `${name}-${book.key}`,
    figure: heatMatrix({
      title,
      subtitle: `${book.name}, %`,
      description: `Rows and columns ordered by branch. ${reading.join(" ")}`,
      rows,
      columns,
      groups: groupOf,
      diverging: book.sideBySide,
      summaryHead: ["mean,", "others"],
    }),
    caption:
      "The same models as in monolingual transfer, with relatives next to each other. Outlined: the language itself; squares next to it within a group are relatives. In reading and table, strangers are models of other branches that have a relative here themselves.",
    reading,
    table: {
      caption: `${book.name} (%): languages that have a relative among those tuned on, scored by models of their relatives and of strangers, with 95 % interval`,
      head: ["Branch", "Languages", "tuned on a relative", "tuned on a stranger", "difference, points"],
      rows: branches.map(({ branch, languages, relatives, strangers, difference }) => [
        branch,
        languages.map(tag => displayName(tag)).join(", "),
        scoreCell(meanOf(book, relatives)),
        scoreCell(meanOf(book, strangers)),
        differenceCell(difference),
      ]),
    },
  };
}

/**
 * Relatives and strangers are compared on the same languages, so that easy languages favour neither side, and
 * among models that have relatives themselves, so that good sources favour neither. If all of those are of
 * one branch, all other models are the strangers.
 */
function branchesOf(tuned: FamilyStudy["tuned"], evaluated: readonly string[], book: ScoreBook) {
  const sourceGroups = groupedByBranch(tuned.map(({ language }) => language)).filter(
    ({ languages }) => languages.length > 1 && familyOf(languages[0] ?? "") !== null,
  );
  const withRelatives = new Set(sourceGroups.flatMap(({ languages }) => languages));
  const sources =
    sourceGroups.length < 2 ? tuned : tuned.filter(({ language }) => withRelatives.has(language));
  return groupedByBranch(evaluated).flatMap(({ name: branch, languages: all }) => {
    if (familyOf(all[0] ?? "") === null) return [];
    const cellsWith = (target: string, isRelative: boolean): Cell[] =>
      sources.flatMap(({ language, mixture }) => {
        if (language === target) return [];
        return (familyOf(language)?.branch === branch) === isRelative ? { language: target, mixture } : [];
      });
    const languages = all.filter(
      target => cellsWith(target, true).length > 0 && cellsWith(target, false).length > 0,
    );
    const relatives = languages.flatMap(target => cellsWith(target, true));
    const strangers = languages.flatMap(target => cellsWith(target, false));
    const difference = differenceOf(book, relatives, strangers);
    return difference === null ? [] : { branch, languages, relatives, strangers, difference };
  });
}
