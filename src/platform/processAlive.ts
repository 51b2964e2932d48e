// Whether a process that is named in a file is still there.

/** False when no process has this id any more. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
