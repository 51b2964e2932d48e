// Asks which part of a Hub dataset to use: files named by language, a config, or a split.
import * as vscode from "vscode";
import type { DatasetToDownload } from "../../common/diagnostic.ts";
import { countOf } from "../../common/words.ts";
import { displayName } from "../../core/language/tags.ts";
import type { HubSource } from "../../core/sources/hubSource.ts";
import { languagePlaceholder } from "../../core/sources/pattern.ts";
import type { HubDataset } from "../../protocol/data.ts";

export interface HubPart {
  readonly path?: string;
  readonly config?: string;
  readonly split?: string;
}

interface Choice extends vscode.QuickPickItem {
  readonly part: HubPart;
}

/** Asks only for parts that are not given and have several options. Returns undefined when dismissed. */
export async function chooseHubPart(
  dataset: HubDataset,
  { path }: HubSource,
  written: Omit<DatasetToDownload, "source">,
): Promise<HubPart | undefined> {
  if (path !== null) return { path };
  const part = written.config === undefined ? await chooseConfig(dataset) : { config: written.config };
  if (part === undefined || part.path !== undefined) return part;
  if (written.split !== undefined) return { ...part, split: written.split };
  const splits = splitsOf(dataset, part.config);
  if (splits.length < 2) return part;
  const split = await vscode.window.showQuickPick(splits, {
    title: "Which split of the dataset?",
    placeHolder: "A part of its rows, such as those for training.",
    ignoreFocusOut: true,
  });
  return split === undefined ? undefined : { ...part, split };
}

async function chooseConfig({ configs, patterns }: HubDataset): Promise<HubPart | undefined> {
  const named = configs.filter(({ language }) => language !== null);
  const choices: Choice[] = [
    ...patterns.map(path => ({
      label: path,
      description: "files named by language",
      part: { path },
    })),
    ...(named.length < 2
      ? []
      : [
          {
            label: "One config for each language",
            description: countOf(named.length, "language"),
            part: { config: languagePlaceholder },
          },
        ]),
    ...configs.map(({ name, language, splits, isDefault }) => ({
      label: name,
      description: [
        ...(language === null ? [] : [displayName(language)]),
        ...(isDefault && configs.length > 1 ? ["used if none is named"] : []),
        splits.join(", "),
      ].join(" · "),
      part: configs.length === 1 ? {} : { config: name },
    })),
  ];
  if (choices.length < 2) return choices[0]?.part ?? {};
  const chosen = await vscode.window.showQuickPick(choices, {
    title: "Which part of the dataset?",
    placeHolder: "A config, or the files of each language.",
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen?.part;
}

function splitsOf({ configs }: HubDataset, config: string | undefined): string[] {
  const meant =
    config === undefined
      ? configs.filter(({ isDefault }) => isDefault || configs.length === 1)
      : configs.filter(({ name, language }) =>
          config === languagePlaceholder ? language !== null : name === config,
        );
  return [...new Set(meant.flatMap(({ splits }) => splits))];
}
