/** Names that cannot leave their folder, be taken for another, or be taken for what this package writes beside them. */
import { DownloadError } from '../download-error.ts'

/** What lies beside a file that is not whole yet. */
export const partialSuffixes = ['.partial', '.partial.json', '.unpacked'] as const

// biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are refused
const badPart = /^\.{0,2}$|[\x00-\x1f\x7f\\:]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * Checks every path of a source before anything is written.
 *
 * @throws {DownloadError} `unsafe-archive`
 */
export function assertSafeNames(paths: readonly string[], name: string): void {
  const files = new Map<string, string>()
  const folders = new Map<string, string>()
  for (const path of paths) {
    const parts = path.split('/')
    const isAbsolute = path.startsWith('/')
    if (isAbsolute || path.length > 1024 || parts.some((part) => badPart.test(part) || part.length > 200))
      throw unsafe(name, `the name ${JSON.stringify(path.slice(0, 200))}`, path)
    const key = path.toLowerCase()
    const other = files.get(key)
    if (other !== undefined) throw unsafe(name, `${path} and ${other}, which are one file on some disks`, path)
    files.set(key, path)
    for (let i = 1; i < parts.length; i++) folders.set(parts.slice(0, i).join('/').toLowerCase(), path)
  }
  for (const [key, path] of files) {
    const within = folders.get(key)
    if (within !== undefined) throw unsafe(name, `${path} as a file and, in ${within}, as a folder`, path)
    const suffix = partialSuffixes.find((one) => files.has(`${key}${one}`))
    if (suffix !== undefined || key === '.download.json')
      throw unsafe(name, `${path}${suffix ?? ''}, a name that this program needs`, path)
  }
}

function unsafe(name: string, received: string, path: string): DownloadError {
  const message = `Expected names of files within one folder in ${name} but received ${received}. Nothing of it was written; leave such files out with a pattern.`
  return new DownloadError('unsafe-archive', message, { path })
}
