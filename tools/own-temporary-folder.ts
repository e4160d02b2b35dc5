/** A test file has a temporary folder of its own, below that of the run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'
import './test-run-folder.ts'

const variable = process.platform === 'win32' ? 'TEMP' : 'TMPDIR'
const folder = mkdtempSync(join(inject('testRunFolder'), 'file-'))
process.env[variable] = folder

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
