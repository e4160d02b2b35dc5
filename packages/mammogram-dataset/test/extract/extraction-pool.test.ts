import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createExtractionPool } from '../../src/extract/extraction-pool.ts'
import { resolvePreprocessOptions } from '../../src/index.ts'
import { temporaryFolder, write } from '../data-set.ts'

const config = { workers: 2, options: resolvePreprocessOptions(), timeoutMs: 700 }
const unsteady = fileURLToPath(new URL('unsteady-worker.js', import.meta.url))

test('of files that share a worker only the one that hangs or ends it fails; what was lost by chance is made again', async () => {
  const folder = await temporaryFolder()
  const pool = await createExtractionPool({ ...config, workerFile: unsteady })
  const fates = (...paths: string[]) => paths.map((path, i) => ({ path, target: join(folder, `${path}-${i}`) }))
  const reasons = async (...paths: string[]) =>
    (await pool.run(fates(...paths))).map((outcome) => 'reason' in outcome && outcome.reason)
  expect(await reasons('a', 'hang', 'b')).toEqual(['made a', 'not done after 0.7 s', 'made b'])
  expect(await reasons('c', 'end', 'd')).toEqual(['made c', expect.stringContaining('the worker ended'), 'made d'])
  expect(await reasons('hang once', 'e')).toEqual(['made hang once', 'made e'])
  expect(await reasons('end once')).toEqual(['made end once'])
  await pool.close()
})

test.each([
  ['that is not there', undefined],
  ['that does not load', "import './nothing.js'\n"],
  ['without its function', 'export const other = 1\n'],
])('a worker file %s ends the run, no image is blamed', async (_, text) => {
  const workerFile = join(await temporaryFolder(), 'worker.mjs')
  if (text !== undefined) await write(workerFile, text)
  await expect(createExtractionPool({ ...config, workerFile, timeoutMs: 5000 })).rejects.toMatchObject({
    code: 'worker-failed',
    message: expect.stringContaining('the worker ended'),
  })
})
