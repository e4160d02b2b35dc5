/**
 * package-lock.json without the flags by which npm finds install scripts.
 *
 * npm 7 and later run the install script of a dependency only where the lock file's entry says `hasInstallScript`. Without the
 * flags `npm ci` runs none, with any npm, and needs no host but the registry: onnxruntime-node's script would download CUDA
 * libraries. The workspace's own `prepare` scripts run as ever.
 */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>
}

interface LockEntry {
  readonly hasInstallScript?: boolean
  readonly [key: string]: unknown
}

/** The lock file without its flags. */
export function withoutInstallScripts(lock: LockFile): LockFile {
  const packages = Object.entries(lock.packages).map(([path, { hasInstallScript: _, ...entry }]) => [path, entry])
  return { ...lock, packages: Object.fromEntries(packages) }
}

/** The paths of the entries that have the flag. */
export function flaggedPaths(lock: LockFile): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript)
    .map(([path]) => path)
}

/** The text that npm writes for a lock file. */
export function lockFileText(lock: LockFile): string {
  return `${JSON.stringify(lock, null, 2)}\n`
}
