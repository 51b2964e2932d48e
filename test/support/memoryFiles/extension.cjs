// A file system in memory, as virtual workspaces have: `memfs:/study` holds a mixture file with one mistake, and data.
const vscode = require("vscode");

const row = (language, place) =>
  JSON.stringify({ id: `r${place}`, prompt: `${language} prompt ${place}`, response: `answer ${place}` });
const rows = language => Array.from({ length: 40 }, (_, place) => row(language, place)).join("\n");
const prompt = (language, place) =>
  JSON.stringify({ id: `e${place}`, prompt: `${language} question ${place}` });
const prompts = language => Array.from({ length: 5 }, (_, place) => prompt(language, place)).join("\n");

const mixture = `version: 1
model: pinch/starter
budget: 24
data:
  train: data/train/{language}.jsonl
  eval: data/eval/{language}.jsonl
mixtures:
  english: { monolingual: en }
  pinch: { base: en, spread: 6, over: [fi, he, de] }
`;

const encoder = new TextEncoder();
/** By path: bytes of files, null for folders. */
const files = new Map([
  ["/", null],
  ["/study", null],
  ["/study/data", null],
  ["/study/data/train", null],
  ["/study/data/eval", null],
  ["/study/virtual.mixture.yaml", encoder.encode(mixture)],
]);
for (const language of ["en", "fi", "he"]) {
  files.set(`/study/data/train/${language}.jsonl`, encoder.encode(rows(language)));
  files.set(`/study/data/eval/${language}.jsonl`, encoder.encode(prompts(language)));
}

const changed = new vscode.EventEmitter();
const times = new Map();
const missing = uri => vscode.FileSystemError.FileNotFound(uri);

const provider = {
  onDidChangeFile: changed.event,
  watch: () => new vscode.Disposable(() => undefined),
  stat(uri) {
    const bytes = files.get(uri.path.replace(/(.)\/$/, "$1"));
    if (bytes === undefined) throw missing(uri);
    const type = bytes === null ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, ctime: 0, mtime: times.get(uri.path) ?? 0, size: bytes?.length ?? 0 };
  },
  readDirectory(uri) {
    const lead = uri.path === "/" ? "/" : `${uri.path.replace(/\/$/, "")}/`;
    const inside = [...files].filter(
      ([path]) => path !== "/" && path.startsWith(lead) && !path.slice(lead.length).includes("/"),
    );
    return inside.map(([path, bytes]) => [
      path.slice(lead.length),
      bytes === null ? vscode.FileType.Directory : vscode.FileType.File,
    ]);
  },
  readFile(uri) {
    const bytes = files.get(uri.path);
    if (bytes === undefined || bytes === null) throw missing(uri);
    return bytes;
  },
  writeFile(uri, bytes) {
    files.set(uri.path, bytes);
    times.set(uri.path, Date.now());
    changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  },
  createDirectory: uri => void files.set(uri.path, null),
  delete: uri => void files.delete(uri.path),
  rename(from, to) {
    files.set(to.path, files.get(from.path));
    files.delete(from.path);
  },
};

exports.activate = context => {
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider("memfs", provider));
};
