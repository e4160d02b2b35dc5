import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-atomic-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Every file below a folder by its path; folders without files are listed with a slash. */
export function tree(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (statSync(path).isFile()) found[`${prefix}${name}`] = readFileSync(path, 'utf8')
    else
      Object.assign(found, readdirSync(path).length ? tree(path, `${prefix}${name}/`) : { [`${prefix}${name}/`]: '' })
  }
  return found
}
