// Explains the end of the runtime process from its signal or exit code, with a remedy.

export interface ProcessEnd {
  /** Continues "The runtime process ended (signal SIGKILL): ". */
  readonly meaning: string;
  readonly remedy: string;
}

const memory: ProcessEnd = {
  meaning: "memory ran out",
  remedy:
    "Set train.gradientCheckpointing: on in the mixture file, lower train.maxTokens or train.batchTokens, or close other programs.",
};
const crashed: ProcessEnd = {
  meaning: "native code crashed",
  remedy: "Start it again, or choose another device. If this repeats, report it with this message.",
};

const ends: Readonly<Record<string, ProcessEnd>> = {
  "signal SIGKILL": {
    meaning: "it was killed by a user, or by the system for lack of memory",
    remedy: memory.remedy,
  },
  "signal SIGTERM": {
    meaning: "it was asked to stop by a user, or by the system because memory ran low",
    remedy:
      "Start it again. If memory was low, set train.gradientCheckpointing: on, lower train.maxTokens or train.batchTokens, or close other programs.",
  },
  "signal SIGHUP": { meaning: "its terminal was closed", remedy: "Start it again." },
  "signal SIGBUS": {
    meaning: "a file that it reads was truncated or overwritten, or the disk failed",
    remedy:
      "Don't change the model's files while they are in use. If they are damaged, download or copy them again.",
  },
  "signal SIGXCPU": {
    meaning: "it exceeded the limit on processor time (ulimit -t)",
    remedy: "Raise the limit, then start it again.",
  },
  "signal SIGXFSZ": {
    meaning: "a file exceeded the limit on its size (ulimit -f)",
    remedy: "Raise the limit, then start it again.",
  },
  "signal SIGSEGV": crashed,
  "signal SIGILL": {
    meaning: "this processor lacks an instruction that the runtime needs",
    remedy: "Use a machine with a newer processor, or another device.",
  },
  "signal SIGFPE": crashed,
  "signal SIGTRAP": crashed,
  "signal SIGABRT": crashed,
  "exit code 134": crashed, // abort, as shells report it
  "exit code 3221225477": crashed, // Windows: access violation
  "exit code 3221225725": crashed, // Windows: stack overflow
  "exit code 3221226505": crashed, // Windows: abort
};

const limited: ProcessEnd = {
  meaning: "the limit on its address space is too low (ulimit -v)",
  remedy: "Raise the limit (ulimit -v unlimited), then start it again.",
};

const memoryWords = /out of memory|process OOM|bad_alloc|failed to allocate|allocation failed/i;
const addressWords = /reserve virtual memory/i;

const never = "not started: ";

/** Reason for a process that the system refused to start. */
export function notStarted(why: string): string {
  return `${never}${why}`;
}

/** Argument that was passed to `notStarted`; null when the process was started. */
export function refusedReason(reason: string): string | null {
  return reason.startsWith(never) ? reason.slice(never.length) : null;
}

/**
 * @param reason `signal SIGKILL`, `exit code 3`, or the result of `notStarted`
 * @param lastWords end of its standard error
 */
export function processEnd(reason: string, lastWords = ""): ProcessEnd {
  if (refusedReason(reason) !== null)
    return { meaning: "the system refused it", remedy: "Close other programs, then start it again." };
  const end = ends[reason] ?? {
    meaning: "it gave no reason",
    remedy: "Start it again; the log may say why.",
  };
  if (end !== crashed && ends[reason] !== undefined) return end;
  if (addressWords.test(lastWords)) return limited;
  return memoryWords.test(lastWords) ? memory : end;
}

/** Lines that only help developers of native code: V8's heap report, and stack frames. */
const internals = /^\s*(?:\d+: 0x[0-9a-f]+|<---|-----|\[\d+:0x[0-9a-f]+\]|#\d+ |at )/;
const shownLines = 5;

/** The last few lines of standard error that are meaningful to users. */
export function readableWords(text: string): string {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== "" && !internals.test(line));
  return lines.slice(-shownLines).join("\n");
}
