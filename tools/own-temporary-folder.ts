/** A test file has a temporary folder of its own, which goes with it, whatever the file and its processes leave there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const variable = process.platform === 'win32' ? 'TEMP' : 'TMPDIR'
const outer = process.env[variable]
const folder = mkdtempSync(join(tmpdir(), 'mammokit-test-'))
process.env[variable] = folder

afterAll(() => {
  if (outer === undefined) delete process.env[variable]
  else process.env[variable] = outer
  rmSync(folder, { recursive: true, force: true })
})
