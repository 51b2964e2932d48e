// Explains the operating system's errors to users: a table from error codes to reasons and remedies.
import { type FailureKind, HumanError, messageOf } from "./errors.ts";

interface Refusal {
  /** Completes a sentence that says what failed: "… can't be written: REASON." */
  readonly reason: string;
  readonly remedy: string;
  readonly kind: FailureKind;
}

const input = (reason: string, remedy: string): Refusal => ({ reason, remedy, kind: "input" });
const run = (reason: string, remedy: string): Refusal => ({ reason, remedy, kind: "run" });

const full = run("the disk is full", "Free some space or choose a folder on another disk, then try again.");
const denied = input(
  "permission is denied",
  "Change the permissions of the file or its folder, or choose another; on Windows, another program may have it open.",
);
const linked = input(
  "it is part of a loop of symbolic links",
  "Replace the link with the file or folder that it should point to.",
);
const busy = run(
  "another program is using it",
  "Close that program or wait for it to finish, then try again.",
);
const memory = run("the system is out of memory", "Close other programs, or raise the limit (ulimit).");
const gone = run(
  "its disk or network folder is not responding",
  "Reconnect it or choose a folder on a local disk, then try again.",
);
const unreachable = run("the connection was lost", "Check the network connection, then try again.");
const unsupported = input("its file system does not support this", "Choose a folder on another disk.");

/** Error codes of Node and of operating systems. */
const refusals: Readonly<Record<string, Refusal>> = {
  ENOSPC: full,
  EDQUOT: run("this account's disk quota is used up", full.remedy),
  EFBIG: run(
    "it exceeds the maximum size of a file",
    "Raise the limit (ulimit -f unlimited), or choose a folder on another disk.",
  ),
  EROFS: input("its disk is read-only", "Choose a folder on a writable disk."),
  EACCES: denied,
  EPERM: denied,
  ENOENT: input(
    "there is no such file or folder",
    "Check the path. If it existed before, it was moved or deleted: restore it.",
  ),
  ENOTDIR: input("a part of its path is a file, not a folder", "Check the path, or choose another folder."),
  EISDIR: input("it is a folder, not a file", "Check the path."),
  EEXIST: input("it already exists", "Choose another name, or move the existing file or folder."),
  ENOTEMPTY: input("it is a folder with files in it", "Choose a new or an empty folder."),
  EMFILE: run("this process has too many open files", "Raise the limit (ulimit -n 4096)."),
  ENFILE: run("this machine has too many open files", "Close other programs, then try again."),
  ENAMETOOLONG: input(
    "its name or its path is longer than the system allows",
    "Choose a shorter name, or a folder with a shorter path.",
  ),
  ELOOP: linked,
  EMLINK: linked,
  EXDEV: input("its two folders are on different disks", "Choose folders on the same disk."),
  EBUSY: busy,
  ETXTBSY: busy,
  EAGAIN: run(
    "the system has no more processes, locks or memory available",
    "Close other programs or raise the limit (ulimit -u), then try again.",
  ),
  ENOMEM: memory,
  ENOBUFS: memory,
  EIO: run("its disk failed while reading or writing", "Check the disk, and choose a folder on another one."),
  ENXIO: gone,
  ENODEV: gone,
  ESTALE: gone,
  ENOTCONN: gone,
  EHOSTDOWN: gone,
  EREMOTEIO: gone,
  ENOLCK: unsupported,
  ENOSYS: unsupported,
  ENOTSUP: unsupported,
  EOPNOTSUPP: unsupported,
  EILSEQ: input(
    "its file system does not accept this name",
    "Choose a name with plain letters and digits only.",
  ),
  EOVERFLOW: input("it is too large for this system", "Choose a smaller file."),
  EPIPE: run("the program that was reading it has closed", "Keep that program open, then try again."),
  ECONNREFUSED: run("nothing accepts connections there", "Check the address, and start the server."),
  ECONNRESET: unreachable,
  ECONNABORTED: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  ENOTFOUND: run("the host was not found", "Check the address and the network connection."),
  ENOEXEC: input("it is not a program for this system", "Install the package for this system."),
};

/** Codes that only a bug in this program can cause. */
const ours: readonly string[] = ["EBADF", "EFAULT"];

/** Names that VS Code's file systems use for the same errors. */
const aliases: Readonly<Record<string, string>> = {
  FileNotFound: "ENOENT",
  FileExists: "EEXIST",
  FileNotADirectory: "ENOTDIR",
  FileIsADirectory: "EISDIR",
  NoPermissions: "EACCES",
  Unavailable: "ENODEV",
};

/**
 * Participle for the action that failed; calls that may both read and write are only said to "use" the file.
 */
const verbs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["read", "scandir", "opendir", "readlink", "realpath"].map(name => [name, "read"])),
  ...Object.fromEntries(["stat", "lstat", "fstat", "access"].map(name => [name, "looked up"])),
  ...Object.fromEntries(
    ["write", "fsync", "fdatasync", "ftruncate", "copyfile", "chmod", "utime"].map(name => [name, "written"]),
  ),
  ...Object.fromEntries(["mkdir", "mkdtemp", "link", "symlink"].map(name => [name, "created"])),
  ...Object.fromEntries(["unlink", "rmdir", "rm"].map(name => [name, "removed"])),
  rename: "renamed",
  open: "opened",
  spawn: "started",
  connect: "reached",
  getaddrinfo: "reached",
};

/** Number of characters shown of a path that is too long. */
const shownOfLongPath = 80;
/** Returns the code of a system error, even if wrapped by VS Code, or null for other errors. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  const alias = aliases[error.code];
  if (alias !== undefined) return alias;
  if (error.code === "Unknown") return /\b(E[A-Z]{3,}): /.exec(error.message)?.[1] ?? null;
  return !ours.includes(error.code) &&
    /^E[A-Z0-9]+$/.test(error.code) &&
    (error.code in refusals || "syscall" in error)
    ? error.code
    : null;
}

/** Reason as a clause, such as "there is no such file or folder"; null for other errors. */
export function refusalReason(error: unknown): string | null {
  const code = systemCode(error);
  return code === null ? null : refusalOf(code).reason;
}

function refusalOf(code: string): Refusal {
  return (
    refusals[code] ??
    run(`the system refused it (${code})`, "Look up the code in the documentation of the system.")
  );
}

/**
 * Converts a system error into one with a reason and a remedy.
 * @param failed beginning of the message that says what failed; by default, from the path and call of the
 * error
 * @param also additional remedy known to the caller, put last
 * @returns null when the operating system did not cause the error: it may be a bug
 */
export function systemError(error: unknown, failed?: string, also?: string): HumanError | null {
  const code = systemCode(error);
  if (code === null) return null;
  const { reason, remedy, kind } = refusalOf(code);
  return new HumanError(`${failed ?? whatFailed(error, code)}: ${reason}.`, {
    kind,
    remedy: also === undefined ? remedy : `${remedy} ${also}`,
    cause: error,
  });
}

function whatFailed(error: unknown, code: string): string {
  const { syscall, path, address, hostname } = error as Readonly<Record<string, unknown>>;
  const [call = ""] = String(syscall ?? "").split(" ", 1);
  const place = String(path ?? hostname ?? address ?? "");
  const shown = code === "ENAMETOOLONG" && place.length > shownOfLongPath ? shortened(place) : place;
  return `${shown === "" ? "A file" : shown} can't be ${verbs[call] ?? "used"}`;
}

function shortened(path: string): string {
  return `${path.slice(0, shownOfLongPath / 2)}…${path.slice(-shownOfLongPath / 2)}`;
}

/** Returns the error to show to users, converted if it is a system error; null for unexpected errors. */
export function humanErrorOf(error: unknown): HumanError | null {
  return error instanceof HumanError ? error : systemError(error);
}

/** Message and remedy in one line; only the message for unexpected errors. */
export function messageAndRemedy(error: unknown): string {
  const told = humanErrorOf(error);
  return told === null ? messageOf(error) : `${told.message} ${told.remedy}`.trim();
}

/** Converts any thrown value into an error for users; unexpected ones are reported as bugs in Pinch. */
export function userError(error: unknown, reportWith: "output" | "log" = "log"): HumanError {
  const remedy = `This is a bug in Pinch: please report it with ${reportWith === "log" ? "the log" : "this output"}.`;
  return humanErrorOf(error) ?? new HumanError(messageOf(error), { kind: "internal", remedy, cause: error });
}
