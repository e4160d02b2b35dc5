import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { extractRois, mergeShards, shardFilesOfOtherCounts, shardFromEnvironment } from '../../src/index.ts'
import { rsnaDataSet, temporaryFolder } from '../data-set.ts'

const options = { height: 64, width: 32 }

test('three shards make each image once, and their merged manifest is that of a whole run, byte for byte', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(12, { 5: 'broken' })
  const config = { dataDir, options, workers: 1, recordSeconds: false }
  const totals: number[] = []
  for (const index of [0, 1, 2]) totals.push((await extractRois({ ...config, shard: { index, count: 3 } })).total)
  expect(totals.reduce((sum, n) => sum + n)).toBe(12)
  expect(Math.max(...totals)).toBeLessThan(12)
  const names = (await readdir(outputDir)).filter((name) => name.startsWith('manifest'))
  expect(names).toEqual(['manifest.shard-0-of-3.csv', 'manifest.shard-1-of-3.csv', 'manifest.shard-2-of-3.csv'])

  const merged = await readFile(await mergeShards(outputDir), 'utf8')
  const whole = await extractRois({ ...config, outputDir: join(dataDir, 'whole') })
  expect(merged).toBe(await readFile(whole.manifestPath, 'utf8'))

  await rm(join(outputDir, 'manifest.shard-1-of-3.csv'))
  await expect(mergeShards(outputDir)).rejects.toThrow('no shard 1 of 3')
  const other = { ...config, options: { ...options, margin: 0.1 }, shard: { index: 1, count: 3 } }
  const { preprocessHash } = await extractRois(other)
  await expect(mergeShards(outputDir)).rejects.toMatchObject({ code: 'preprocess-mismatch' })
  await expect(mergeShards(outputDir, { count: 3, preprocessHash })).rejects.toMatchObject({
    code: 'input-not-found',
    message: expect.stringContaining('no shard 0, 2 of 3'),
    details: { missing: [0, 2] },
  })
})

test('shards of the count that is asked for are merged, whatever others there are', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(4)
  const run = (index: number, count: number) => extractRois({ dataDir, options, workers: 1, shard: { index, count } })
  await run(0, 3)
  await run(0, 2)
  await expect(mergeShards(outputDir)).rejects.toThrow('some of the shards of 2 and 3')
  await expect(mergeShards(outputDir, { count: 2 })).rejects.toThrow('no shard 1 of 2')
  await run(1, 2)
  expect(await readManifest(await mergeShards(outputDir))).toHaveLength(4)
  expect(await readManifest(await mergeShards(outputDir, { count: 2 }))).toHaveLength(4)
  expect(await shardFilesOfOtherCounts(outputDir, 2)).toEqual(['manifest.shard-0-of-3.csv'])
  await run(1, 3)
  await run(2, 3)
  expect(await readManifest(await mergeShards(outputDir, { count: 2 }))).toHaveLength(4)
  await expect(mergeShards(outputDir)).rejects.toMatchObject({
    code: 'invalid-options',
    message: expect.stringMatching(
      /those of 2 and 3\. .* manifest\.shard-0-of-2\.csv, .*manifest\.shard-2-of-3\.csv\./,
    ),
  })
})

test('a shard and a whole run may write the same image at the same moment: their temporary files have other names', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(1)
  await mkdir(join(outputDir, 'images/100/9000.png.partial'), { recursive: true }) // as if the whole run were at it
  expect(await extractRois({ dataDir, options, workers: 1, shard: { index: 0, count: 1 } })).toMatchObject({ ok: 1 })
  await expect(extractRois({ dataDir, options, workers: 1 })).rejects.toMatchObject({ code: 'cannot-write' })
})

test('shards that start and end at the same moment do not disturb each other', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(8)
  const shards = [0, 1, 2].map((index) => extractRois({ dataDir, options, workers: 1, shard: { index, count: 3 } }))
  expect((await Promise.all(shards)).reduce((sum, { ok }) => sum + ok, 0)).toBe(8)
  expect((await readdir(outputDir)).filter((name) => name.endsWith('.partial'))).toEqual([])
  expect(await readManifest(await mergeShards(outputDir))).toHaveLength(8)
})

test('a folder without shards and a shard out of range are errors', async () => {
  await expect(mergeShards(await temporaryFolder())).rejects.toMatchObject({ code: 'input-not-found' })
  const { dataDir } = await rsnaDataSet(1)
  const bad = extractRois({ dataDir, shard: { index: 3, count: 3 } })
  await expect(bad).rejects.toThrow('Expected a shard from 0 to 2 of 3 but received 3')
})

test('reads the shard of a Slurm array and of an indexed Kubernetes job', () => {
  const array = { SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_MAX: '8', SLURM_ARRAY_TASK_COUNT: '8' }
  expect(shardFromEnvironment({ ...array, SLURM_ARRAY_TASK_ID: '3' })).toEqual({ index: 2, count: 8 })
  expect(shardFromEnvironment({ JOB_COMPLETION_INDEX: '4' }, 6)).toEqual({ index: 4, count: 6 })
  expect(shardFromEnvironment({})).toBeUndefined()
  expect(() => shardFromEnvironment({ JOB_COMPLETION_INDEX: '4' })).toThrow(
    "Expected the number of shards but received JOB_COMPLETION_INDEX=4 alone, since Kubernetes does not tell it. Give the job's completions, such as auto/8.",
  )
})

test('tasks of a Slurm array that are submitted again alone make the shards of their ids, which needs the count', () => {
  const again = { SLURM_ARRAY_TASK_MIN: '3', SLURM_ARRAY_TASK_MAX: '5', SLURM_ARRAY_TASK_COUNT: '2' }
  expect(shardFromEnvironment({ ...again, SLURM_ARRAY_TASK_ID: '3' }, 8)).toEqual({ index: 3, count: 8 })
  expect(shardFromEnvironment({ ...again, SLURM_ARRAY_TASK_ID: '5' }, 8)).toEqual({ index: 5, count: 8 })
  expect(() => shardFromEnvironment({ ...again, SLURM_ARRAY_TASK_ID: '3' })).toThrow(
    'Expected a Slurm array with every task from 3 to 5 but received 2 tasks',
  )
  expect(() => shardFromEnvironment({ SLURM_ARRAY_TASK_ID: '8' }, 8)).toThrow('Expected a shard from 0 to 7 of 8')
})
