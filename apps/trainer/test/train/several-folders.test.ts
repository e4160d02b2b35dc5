import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { extractRois } from '../../src/extract-rois/extract-rois.ts'
import { phantom } from '../../src/phantom/phantom.ts'
import { split } from '../../src/split/split.ts'
import { makeRunConfig } from '../../src/train/run-config.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let one: string
let two: string

beforeAll(async () => {
  one = await writeProcessedPhantom()
  two = join(temporaryFolder(), 'two')
  const other = parseConfig({ ...smallConfig, data: two, phantom: { ...smallConfig.phantom, seed: 99 } })
  await phantom(other)
  await extractRois(other)
  await split(other)
})

const dataOf = (data: string | string[]) => readTrainingData(parseConfig({ ...smallConfig, data }))

test('several folders give the images of all, known by their set, and one hash for their splits in any order', async () => {
  const [first, second] = [await dataOf(one), await dataOf(two)]
  const both = await dataOf([one, two])
  expect(both.train).toHaveLength(first.train.length + second.train.length)
  expect(both.train.filter(({ imageId }) => imageId.startsWith('two/'))).toHaveLength(second.train.length)
  expect(await dataOf([two, one])).toEqual(both)
  expect(new Set([first.splitsSha256, second.splitsSha256, both.splitsSha256]).size).toBe(3)
})

test('config.json says the folder, or all of them', async () => {
  const written = async (data: string | string[]) => {
    const config = parseConfig({ ...smallConfig, data })
    return (await makeRunConfig(config, await readTrainingData(config))).data
  }
  expect(await written(one)).toMatchObject({ dir: one, splits: join(one, 'processed/splits.csv') })
  expect(await written([one, two])).toMatchObject({
    dir: [one, two],
    splits: [join(one, 'processed/splits.csv'), join(two, 'processed/splits.csv')],
  })
})

test('a copy of the same patients in another folder is a leak where they are in other subsets', async () => {
  const copy = join(temporaryFolder(), 'copy')
  cpSync(one, copy, { recursive: true })
  await split(parseConfig({ ...smallConfig, data: copy, split: { ...smallConfig.split, seed: 5 } }))
  await expect(dataOf([one, copy])).rejects.toMatchObject({ code: 'duplicate-hash' })
})
