/** Extractions that find what an earlier one made: finished, killed, stopped, or with other options. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { preprocessHash } from '@mammokit/mammogram-preprocess'
import { formatManifestLine, readManifest } from '@mammokit/screening-data'
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

test('an image that was replaced, cut to 200 bytes, emptied or removed is made again with the same bytes', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(6)
  const config = { dataDir, options, workers: 1, recordSeconds: false }
  await extractRois(config)
  const before = await hashes(outputDir)
  const [replaced, cut, emptied, removed, other] = (await readManifest(join(outputDir, 'manifest.csv'))).map(
    ({ file }) => join(outputDir, file),
  )
  await copyFile(other!, replaced!)
  await writeFile(cut!, (await readFile(cut!)).subarray(0, 200))
  await writeFile(emptied!, '')
  await rm(removed!)
  expect(await extractRois(config)).toMatchObject({ skipped: 2, ok: 6 })
  expect(await hashes(outputDir)).toEqual(before)
})

test('images of a manifest of an earlier version are made again; other options are refused as ever', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(2)
  const config = { dataDir, options, workers: 1, recordSeconds: false }
  await extractRois(config)
  const before = await hashes(outputDir)
  const path = join(outputDir, 'manifest.csv')
  await writeFile(path, withoutColumn(await readFile(path, 'utf8'), 'image_sha256'))
  await expect(readManifest(path)).rejects.toMatchObject({ code: 'outdated-manifest' })
  const refused = extractRois({ ...config, options: { ...options, margin: 0.2 } })
  await expect(refused).rejects.toThrow('margin (0.01, now 0.2)')
  expect(await extractRois(config)).toMatchObject({ skipped: 0, ok: 2 })
  expect(await hashes(outputDir)).toEqual(before)
})

test('a line of the journal that is no row of a manifest is not believed', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(2)
  const config = { dataDir, options, workers: 1, recordSeconds: false }
  await extractRois(config)
  const before = await hashes(outputDir)
  const path = join(outputDir, 'manifest.csv')
  const [first] = await readManifest(path)
  await rm(path)
  const lines = [
    'null',
    '[]',
    '7',
    JSON.stringify(first),
    formatManifestLine({ ...first!, status: 'done' as 'ok' }),
    formatManifestLine({ ...first!, imageSha256: '' }),
    formatManifestLine({ ...first!, placement: undefined }),
  ]
  await writeFile(join(outputDir, 'manifest.journal.jsonl'), `${lines.join('\n')}\n`)
  expect(await extractRois(config)).toMatchObject({ skipped: 0, ok: 2 })
  expect(await hashes(outputDir)).toEqual(before)
})

function withoutColumn(csv: string, name: string): string {
  const lines = csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  const column = lines[0]!.indexOf(name)
  return lines.map((cells) => `${cells.toSpliced(column, 1).join(',')}\n`).join('')
}

/** Runs an extraction in a process of its own, which kills itself with SIGKILL once it has made `images` images. */
async function dieAfter(config: object, images: number): Promise<void> {
  const script = `
    import { extractRois } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
    const onProgress = ({ done }) => done >= ${images} && process.kill(process.pid, 'SIGKILL')
    await extractRois({ ...${JSON.stringify(config)}, onProgress })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
}
