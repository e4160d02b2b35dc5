import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { extractRois, mergeShards, shardFromEnvironment } from '../../src/index.ts'
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
  await extractRois({ ...config, options: { ...options, margin: 0.1 }, shard: { index: 1, count: 3 } })
  await expect(mergeShards(outputDir)).rejects.toMatchObject({ code: 'preprocess-mismatch' })
  await extractRois({ ...config, shard: { index: 0, count: 4 } })
  await expect(mergeShards(outputDir)).rejects.toThrow('shards of 3 and 4')
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
  const slurm = { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' }
  expect(shardFromEnvironment(slurm)).toEqual({ index: 2, count: 8 })
  expect(shardFromEnvironment({ JOB_COMPLETION_INDEX: '4' }, 6)).toEqual({ index: 4, count: 6 })
  expect(shardFromEnvironment({})).toBeUndefined()
  expect(() => shardFromEnvironment({ JOB_COMPLETION_INDEX: '4' })).toThrow('Expected a shard')
})
