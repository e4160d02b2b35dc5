import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runPaths } from '@mammokit/training-run'
import { describe, expect, test } from 'vitest'
import { select } from '../../src/index.ts'
import { type HandMadeBreast, type HandMadeRun, imagesOf, makeHandMadeRun, writeEpoch } from '../hand-made-run.ts'

const breasts: HandMadeBreast[] = [
  { patientId: '1', target: 1, probabilities: [0.875, 0.625] },
  { patientId: '2', target: 1, probabilities: [0.625] },
  { patientId: '3', target: 0, probabilities: [0.25, 0.5] },
  { patientId: '4', target: 0, probabilities: [0.125] },
]
const images = breasts.flatMap(imagesOf)

const csvOf = ({ run }: HandMadeRun, epoch = 1) => runPaths(run).predictions('val', epoch)

function edit(path: string, before: string | RegExp, after: string): void {
  const text = readFileSync(path, 'utf8')
  const edited = text.replace(before, after)
  expect(edited).not.toBe(text)
  writeFileSync(path, edited)
}

describe('select refuses', () => {
  test.each([
    ['a blank probability', /,0\.875\n/, ',\n', 'a decimal number for probability but received ""'],
    ['spaces for a probability', /,0\.875\n/, ',  \n', 'a decimal number for probability but received "  "'],
    ['a hexadecimal number', /,0\.875\n/, ',0x1\n', 'a decimal number for probability but received "0x1"'],
    ['Infinity', /,0\.875\n/, ',Infinity\n', 'a decimal number for probability but received "Infinity"'],
    ['a probability above 1', /,0\.875\n/, ',1.9\n', 'a number from 0 to 1 for probability but received "1.9"'],
    ['a label other than 0 and 1', 'CC,1,', 'CC,yes,', '0 or 1 for cancer but received "yes"'],
    ['a probability that its logit does not give', /,0\.875\n/, ',0.9\n', 'the logistic function of logit 1.94'],
    ['a line that was cut', /,0\.875\n/, '\n', 'line 2'],
    ['a row twice', /(1-L-0.*\n)/, '$1$1', 'each image_id once'],
    ['the row of a label that was turned', 'CC,0,', 'CC,1,', 'The file was changed after it was written'],
    ['a row that was removed', /1-L-0.*\n/, '', 'The file was changed after it was written'],
    ['an added space', 'cancer', 'cancer ', 'The file was changed after it was written'],
  ])('%s', async (_, before, after, message) => {
    const made = await makeHandMadeRun([breasts])
    edit(csvOf(made), before, after)
    await expect(select(made)).rejects.toThrow(message)
    await expect(select(made)).rejects.toThrow(csvOf(made))
    await expect(select(made)).rejects.toThrow(`mammokit-evaluator predict --run ${made.run} --subset val`)
  })

  test('a checkpoint with some of the rows, though its file is whole', async () => {
    const made = await makeHandMadeRun([breasts, breasts])
    const path = await writeEpoch(made, 2, images.slice(0, 4))
    await expect(select(made)).rejects.toMatchObject({
      code: 'predictions-differ',
      message: expect.stringContaining(
        `Expected all 6 images of val for ${path} but received 4 of them, without image 3-L-1.`,
      ),
    })
  })

  test('rows that the subset does not have, other labels and another order', async () => {
    const made = await makeHandMadeRun([breasts])
    await writeEpoch(made, 1, [...images, { ...images[0], imageId: '99' }])
    await expect(select(made)).rejects.toThrow('the 6 images of val alone')
    await writeEpoch(made, 1, [{ ...images[0], target: 0 }, ...images.slice(1)])
    await expect(select(made)).rejects.toThrow('L CC, cancer 1 in row 1, as in splits.csv, for')
    await writeEpoch(made, 1, [...images].reverse())
    await expect(select(made)).rejects.toThrow('Expected image 1-L-0 of patient 1')
  })

  test('the file of another subset or checkpoint that was copied into its place', async () => {
    const made = await makeHandMadeRun([breasts, breasts])
    const copy = (from: string, to: string) => {
      for (const end of ['.csv', '.json']) cpSync(from.replace('.csv', end), to.replace('.csv', end))
    }
    copy(csvOf(made, 1), csvOf(made, 2))
    await expect(select(made)).rejects.toThrow(
      `Expected checkpoint epoch-002 for ${csvOf(made, 2)} but received epoch-001`,
    )
    await writeEpoch(made, 2, images)
    copy(await writeEpoch(made, 1, images, { subset: 'test' }), csvOf(made, 1))
    await expect(select(made)).rejects.toMatchObject({ code: 'predictions-mismatch' })
    await expect(select(made)).rejects.toThrow(`Expected subset val for ${csvOf(made, 1)} but received test`)
  })

  test.each([
    ['the weights on disk', { checkpointHash: '0123456789abcdef' }],
    ['the preprocess hash of the run', { preprocessHash: 'foot' }],
    ['the splits.csv that the run was trained on', { splitsSha256: 'ab'.repeat(32) }],
    ['the source images of the data folder', { dataSha256: 'ab'.repeat(32) }],
  ])('predictions of something else than %s', async (what, source) => {
    const made = await makeHandMadeRun([breasts])
    const path = await writeEpoch(made, 1, images, source)
    await expect(select(made)).rejects.toMatchObject({ code: 'predictions-differ', details: { path } })
    await expect(select(made)).rejects.toThrow(`Expected ${what}`)
  })

  test('a split that the run was not trained on', async () => {
    const made = await makeHandMadeRun([breasts])
    edit(join(made.data, 'processed', 'splits.csv'), '\n', '\n\n')
    await expect(select(made)).rejects.toMatchObject({ code: 'splits-differ' })
  })

  test('predictions of an earlier version, with the command that makes them again', async () => {
    const made = await makeHandMadeRun([breasts])
    rmSync(csvOf(made).replace('.csv', '.json'))
    await expect(select(made)).rejects.toMatchObject({ code: 'predictions-outdated' })
    await expect(select(made)).rejects.toThrow(`Predict again: mammokit-evaluator predict --run ${made.run}`)
  })
})

test('selection.json names what it was made from', async () => {
  const made = await makeHandMadeRun([breasts])
  const { checkpoints, checkpointHash, rowsSha256, splitsSha256 } = await select({ ...made, resamples: 10 })
  const record = JSON.parse(readFileSync(csvOf(made).replace('.csv', '.json'), 'utf8'))
  expect(checkpoints[0]).toMatchObject({ predictionsSha256: record.sha256, checkpointHash: record.checkpointHash })
  expect({ checkpointHash, rowsSha256, splitsSha256 }).toEqual({
    checkpointHash: record.checkpointHash,
    rowsSha256: record.rowsSha256,
    splitsSha256: record.splitsSha256,
  })
})
