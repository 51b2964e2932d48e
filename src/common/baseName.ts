/** Last part of a path with `/`, as URIs and patterns have; for paths of this system see `node:path`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
