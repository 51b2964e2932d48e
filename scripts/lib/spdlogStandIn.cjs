// Replaces @vscode/spdlog, VS Code's native log writer, when there is no C++ compiler to build it: the same
// interface, implemented with Node alone. Only for the code-server used in tests.
const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const levels = ["trace", "debug", "info", "warn", "error", "critical"];

class Logger {
  constructor(_kind, _name, file) {
    this.file = file;
    this.level = 0;
    this.plain = false;
    for (const [level, name] of levels.entries()) {
      this[name] = message => {
        if (level >= this.level) this.write(name, message);
      };
    }
  }
  write(name, message) {
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    appendFileSync(this.file, this.plain ? `${message}` : `${time} [${name}] ${message}\n`);
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.plain = true;
  }
  flush() {}
  drop() {}
}

async function create(_name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger("", "", file);
}

// Exported one by one: VS Code imports these by name, which is resolved by parsing this file, not by running it.
exports.setFlushOn = () => {};
exports.setLevel = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
