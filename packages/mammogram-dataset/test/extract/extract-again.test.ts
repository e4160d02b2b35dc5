/** Extractions that find what an earlier one made: finished, killed, stopped, or with other options. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { preprocessHash } from '@mammokit/mammogram-preprocess'
import { readManifest } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { extractRois } from '../../src/index.ts'
import { hashes, rsnaDataSet } from '../data-set.ts'

const options = { height: 64, width: 32 }

test('a second run makes nothing again and leaves the same bytes', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(4)
  await extractRois({ dataDir, options, workers: 2 })
  const before = await hashes(outputDir)
  expect(await extractRois({ dataDir, options, workers: 2 })).toMatchObject({ skipped: 4, ok: 4 })
  expect(await hashes(outputDir)).toEqual(before)
})

test('killed with SIGKILL at three moments and started again: the same bytes as an undisturbed run', async () => {
  const { dataDir } = await rsnaDataSet(40, { 7: 'broken', 20: null })
  const config = { dataDir, options, workers: 2, recordSeconds: false }
  const whole = join(dataDir, 'whole')
  await extractRois({ ...config, outputDir: whole })
  const killed = join(dataDir, 'killed')
  for (const images of [3, 9, 21]) await dieAfter({ ...config, outputDir: killed }, images)
  // A line torn by a kill, as a crash of the machine would leave it.
  await appendFile(join(killed, 'manifest.journal.jsonl'), '{"imageId":"9039","patie')
  const summary = await extractRois({ ...config, outputDir: killed })
  // About 21 were made before the last kill, of which the two broken ones are tried again.
  expect(summary.skipped).toBeGreaterThanOrEqual(19)
  expect(summary.skipped).toBeLessThan(40)
  expect(await hashes(killed)).toEqual(await hashes(whole))
})

test('an abort ends after the images at hand, and the next run continues', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(12)
  const stop = new AbortController()
  const onProgress = ({ done }: { done: number }) => done === 3 && stop.abort()
  const run = extractRois({ dataDir, options, workers: 1, detectionBatch: 4, signal: stop.signal, onProgress })
  await expect(run).rejects.toMatchObject({ code: 'aborted', details: { done: 4, total: 12 } })
  expect((await readdir(outputDir)).sort()).toEqual(['images', 'manifest.journal.jsonl', 'preprocess.json'])
  expect(await extractRois({ dataDir, options, workers: 1 })).toMatchObject({ skipped: 4, ok: 12 })
})

test('other options are seen by the hash: the error names both and the options, redo makes all again', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(2)
  await extractRois({ dataDir, options, workers: 1 })
  const other = { ...options, margin: 0.2, mask: { minArea: 0.01 } }
  const refused = extractRois({ dataDir, options: other, workers: 1 })
  await expect(refused).rejects.toMatchObject({ code: 'preprocess-mismatch' })
  for (const part of [
    preprocessHash(options),
    preprocessHash(other),
    'margin (0.01, now 0.2)',
    'mask.minArea',
    '2 made',
  ]) {
    await expect(refused).rejects.toThrow(part)
  }
  expect(await extractRois({ dataDir, options: other, workers: 1, redo: true })).toMatchObject({ skipped: 0, ok: 2 })
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.map((row) => row.preprocessHash)).toEqual([preprocessHash(other), preprocessHash(other)])
})

/** Runs an extraction in a process of its own, which kills itself with SIGKILL once it has made `images` images. */
async function dieAfter(config: object, images: number): Promise<void> {
  const script = `
    import { extractRois } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
    const onProgress = ({ done }) => done >= ${images} && process.kill(process.pid, 'SIGKILL')
    await extractRois({ ...${JSON.stringify(config)}, onProgress })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
}
