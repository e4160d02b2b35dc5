/** Which files of a source are wanted: patterns that mean what they mean in a .gitignore file. */
import picomatch from 'picomatch'
import { DownloadError } from './download-error.ts'

/**
 * The paths that a pattern names, in their order. A pattern without a slash names files and folders anywhere (`*.csv`, `10006`); one
 * with a slash begins at the top (`train_images/10006`, `train_images/10006/*.dcm`). A folder stands for everything in it.
 *
 * @throws {DownloadError} `no-match` for a pattern that names nothing.
 */
export function selectFiles(paths: readonly string[], patterns: readonly string[], name: string): string[] {
  if (patterns.length === 0) return [...paths]
  const wanted = new Set<string>()
  for (const pattern of patterns) {
    const matches = matcherOf(pattern)
    const found = paths.filter(matches)
    if (found.length === 0) throw noMatch(pattern, paths, name)
    for (const path of found) wanted.add(path)
  }
  return paths.filter((path) => wanted.has(path))
}

function matcherOf(pattern: string): (path: string) => boolean {
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '')
  const isMatch = picomatch(bare, { dot: true, nonegate: true })
  if (!bare.includes('/') && !pattern.startsWith('/')) return (path) => path.split('/').some((part) => isMatch(part))
  return (path) => {
    const parts = path.split('/')
    return parts.some((_, i) => isMatch(parts.slice(0, i + 1).join('/')))
  }
}

function noMatch(pattern: string, paths: readonly string[], name: string): DownloadError {
  const some = paths.slice(0, 3).join(', ')
  const message = `Expected files of ${name} for the pattern ${JSON.stringify(pattern)} but received none. Its ${paths.length} files are such as ${some}.`
  return new DownloadError('no-match', message, { pattern })
}
