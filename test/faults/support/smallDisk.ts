// A disk of a few megabytes in memory, to be filled up; only root on Linux may have one.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

export interface SmallDisk {
  readonly path: string;
  /** Leaves so many bytes free. */
  fillUp(free: number): void;
  emptyAgain(): void;
  remount(mode: "ro" | "rw"): void;
}

/** Mounted for this test file; null where that can't be done. */
export function smallDisk(size: string): SmallDisk | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const path = mkdtempSync(join(tmpdir(), "pinch-faults-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]).status === 0;
  after(() => {
    if (mounted) execFileSync("umount", [path]);
    rmSync(path, { recursive: true, force: true });
  });
  if (!mounted) return null;
  const filler = join(path, "filler");
  return {
    path,
    fillUp(free) {
      const { bavail, bsize } = statfsSync(path);
      const bytes = bavail * bsize - free;
      if (bytes > 0) writeFileSync(filler, Buffer.alloc(bytes, 1));
    },
    emptyAgain: () => rmSync(filler, { force: true }),
    remount: mode => execFileSync("mount", ["-o", `remount,${mode}`, path]),
  };
}
