import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-download-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Files below a folder by their path, without the record of where they came from. */
export function tree(folder: string): Record<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split('\\').join('/'), readFileSync(path)] as const)
      .filter(([path]) => path !== '.download.json')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Compares without printing megabytes. */
export function differences(found: Record<string, Buffer>, expected: Readonly<Record<string, Buffer>>): string[] {
  const names = new Set([...Object.keys(found), ...Object.keys(expected)])
  return [...names].filter((name) => !found[name] || !expected[name] || !found[name].equals(expected[name])).sort()
}
