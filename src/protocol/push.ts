// Parameters and result of pushing a tuned model to the Hub.
import type { ExportRequest } from "./runtime.ts";

export interface PushRequest extends Omit<ExportRequest, "out" | "repository"> {
  /** `org/name` of the repository. */
  readonly to: string;
  /** Visibility of a repository that is created; an existing one has to be private already. */
  readonly isPrivate: boolean;
  /** Includes samples.jsonl: prompts, references and responses of the evaluation. */
  readonly samples: boolean;
  /** Includes a report on the run's experiment, which quotes some of its samples. */
  readonly report: boolean;
  /** False to only list what would be sent. */
  readonly send: boolean;
  /** Sent to the Hub only. Null for the token in the environment, if any. */
  readonly token: string | null;
}

interface PushedFile {
  readonly name: string;
  readonly bytes: number;
  /** Compared with the repository: not there, other content, or the same, which is not sent. */
  readonly state: "new" | "changed" | "same";
}

export interface PushOutcome {
  readonly repository: string;
  /** Address of the server. */
  readonly endpoint: string;
  /** True if the repository was there before. */
  readonly existed: boolean;
  /** Null if the server does not say. */
  readonly isPrivate: boolean | null;
  /** True if there is a token, without which nothing can be sent. */
  readonly hasToken: boolean;
  readonly files: readonly PushedFile[];
  /** Number of other files in the repository, which stay. */
  readonly otherFiles: number;
  /** False if whoever loads the model has to find out its base. */
  readonly namesBase: boolean;
  /** What a person should know before it is sent. */
  readonly notes: readonly string[];
  /** Null if nothing was sent because only the list was asked for. */
  readonly commit: string | null;
  /** Bytes of large files that were sent. */
  readonly sentBytes: number;
}
