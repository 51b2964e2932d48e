// A table of the agreement between people and judge.
import { displayName } from "../../src/core/language/tags.ts";
import {
  correctedWords,
  distrustSentence,
  fewestRated,
  isDistrusted,
  kappaWords,
  trustRule,
} from "../../src/core/rating/judgeTrust.ts";
import type { Agreement, HumanCheck } from "../../src/core/rating/raterAgreement.ts";
import { Warning } from "./controls.tsx";

export function AgreementTable({ check }: { readonly check: HumanCheck }) {
  const languages = Object.entries(check.languages).sort(([a], [b]) => a.localeCompare(b));
  return (
    <div class="agreement">
      <table>
        <caption>With the judge (rated by {check.raters.join(", ")})</caption>
        <Head names={["Language", "Agreed", "Cohen's kappa", "n", "Corrected score", "To be trusted"]} />
        <tbody>
          {languages.map(([tag, agreement]) => (
            <Row
              key={tag}
              name={displayName(tag)}
              agreement={agreement}
              more={[correctedWords(check.corrected[tag], agreement.pairs), trustOf(agreement)]}
            />
          ))}
          {languages.length > 1 ? <Row name="All" agreement={check.all} more={["", ""]} /> : null}
        </tbody>
      </table>
      <DistrustNote sentence={distrustSentence(check.languages)} />
      <p class="muted">{trustRule}.</p>
      {check.between.length === 0 ? null : (
        <table>
          <caption>Between raters, on the pairs that both rated</caption>
          <Head names={["Raters", "Agreed", "Cohen's kappa", "n"]} />
          <tbody>
            {check.between.map(each => (
              <Row key={each.raters.join()} name={each.raters.join(" and ")} agreement={each} more={[]} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Head({ names }: { readonly names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map(name => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly name: string;
  readonly agreement: Agreement;
  readonly more: readonly string[];
}

function Row({ name, agreement, more }: RowProps) {
  const percent = (share: number) => Math.round(100 * share);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {percent(agreement.agreed)} % ({agreement.interval.map(percent).join("–")})
      </td>
      <td>{kappaOf(agreement)}</td>
      <td>{agreement.n}</td>
      {more.map((text, column) => (
        <td key={column}>{text}</td>
      ))}
    </tr>
  );
}

function trustOf(agreement: Agreement): string {
  if (agreement.pairs < fewestRated) return "too few rated";
  return isDistrusted(agreement) ? "no" : "yes";
}

function kappaOf({ kappa, kappaInterval }: Agreement): string {
  return kappaInterval === null
    ? kappaWords(kappa)
    : `${kappaWords(kappa)} (${kappaInterval.map(kappaWords).join(" to ")})`;
}

/** Warning that the judge is not to be trusted; empty if there is no reason for one. */
export function DistrustNote({ sentence }: { readonly sentence: string | null }) {
  return sentence === null ? null : <Warning testId="distrust">{sentence}</Warning>;
}
