import { readFileSync } from 'node:fs'

/** The trainer's own version. */
export function packageVersion(): string {
  return readVersion(new URL('../package.json', import.meta.url))
}

/** The version that a package.json has. */
export function readVersion(path: string | URL): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
