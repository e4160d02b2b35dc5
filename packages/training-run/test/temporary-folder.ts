import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder, which goes when the tests of its file have ended. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'training-run-'))
