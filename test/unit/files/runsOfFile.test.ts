// One request evaluates the runs of one mixture file, however its path is spelled in their records.
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { test } from "node:test";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { createRunFolder } from "../../../src/runtime/files/runFolder.ts";
import { runsOfFile } from "../../../src/runtime/files/runsOfFile.ts";
import { tinyExperiment } from "../experiment/tinyExperiment.ts";

test("runs of one mixture file belong together, however it is spelled; those of another are refused", async () => {
  const { file, starter, folder } = tinyExperiment();
  const { run } = prepareRun(requireValid(await loadExperiment({ file, starter })), "pinch", 7, "cpu");
  const folderOf = (path: string): string =>
    createRunFolder(join(folder, "runs"), {
      ...run,
      configuration: { ...run.configuration, file: path },
    }).folder;
  const folders = [file, `${folder}/x/../${relative(folder, file)}`].map(folderOf);
  const found = runsOfFile(folders);
  assert.equal(found?.file, file);
  assert.deepEqual(
    found?.records.map(each => each.folder),
    folders,
  );
  assert.throws(
    () => runsOfFile([...folders, folderOf(`${file}.other`)]),
    /The runs belong to different mixture files: .* and /,
  );
  assert.equal(runsOfFile([]), null);
});
