// Mocha reporter for the extension host: the usual lines, and the counts in a file for the caller.
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");
const vscode = require("vscode");

class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    console.log(`Tests run in VS Code ${vscode.version}, Node ${process.versions.node}`);
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.PINCH_TEST_COUNTS;
      if (file) {
        writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
      }
    });
  }
}

module.exports = Reporter;
