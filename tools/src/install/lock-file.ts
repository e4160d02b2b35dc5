/**
 * package-lock.json without the flags by which npm finds install scripts, and without demands of packages that are not run.
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
  readonly engines?: unknown
  readonly [key: string]: unknown
}

/**
 * Packages that nothing imports: the build copies files out of them, which run with every supported Node.js. What their `engines` asks
 * for would stop `npm ci` under `engine-strict`.
 */
const copiedPackages: readonly string[] = ['node_modules/@cornerstonejs/codec-libjxl']

/** The lock file without its flags, and without `engines` of packages that are only copied from. */
export function acceptableLock(lock: LockFile): LockFile {
  const packages = Object.entries(lock.packages).map(([path, { hasInstallScript: _, ...entry }]) => {
    const { engines: __, ...undemanding } = entry
    return [path, copiedPackages.includes(path) ? undemanding : entry]
  })
  return { ...lock, packages: Object.fromEntries(packages) }
}

/** The paths of the entries that are only copied from, and ask for something all the same. */
export function demandingPaths(lock: LockFile): string[] {
  return copiedPackages.filter((path) => lock.packages[path]?.engines !== undefined)
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
