import { describe, expect, it } from 'vitest'
import { writePredictions } from '../../src/results/predictions-file.ts'
import { hashSources, readVerifiedPredictions, type SourceRow } from '../../src/results/verified-predictions.ts'
import { runPaths } from '../../src/run-paths.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const splitsSha256 = 'cd'.repeat(32)
const rows = [1, 2, 3].map(
  (id): SourceRow => ({
    ...{ imageId: `${id}`, patientId: `${id}`, laterality: 'L', view: 'CC', cancer: id === 1 ? 1 : 0 },
    sourceSha256: `${id}`.repeat(64),
  }),
)

async function predictedRun() {
  const run = temporaryFolder()
  const source = { subset: 'val', epoch: 1, checkpointHash: 'aa', preprocessHash: 'bb', splitsSha256 } as const
  const images = rows.map(({ cancer, sourceSha256: _, ...row }) => ({
    ...row,
    target: cancer,
    logit: 0,
    probability: 0.5,
  }))
  await writePredictions(run, { ...source, dataSha256: hashSources(rows), mammokit: '0.1.0' }, images)
  const config = { preprocessHash: 'bb' }
  return { run, config, subset: 'val', rows, splitsSha256, epoch: 1, checkpointHash: 'aa' } as const
}

describe('readVerifiedPredictions', () => {
  it('gives the predictions of these images and weights', async () => {
    const expected = await predictedRun()
    expect((await readVerifiedPredictions(expected)).images.map(({ imageId }) => imageId)).toEqual(['1', '2', '3'])
  })

  it.each([
    ['other weights', { checkpointHash: 'ee' }, 'Expected the weights on disk (ee) for '],
    ['another split', { splitsSha256: 'ef'.repeat(32) }, 'Expected the splits.csv that the run was trained on'],
    ['another preprocessing', { config: { preprocessHash: 'cc' } }, 'Expected the preprocess hash of the run (cc)'],
    ['a missing image', { rows: [...rows, { ...rows[0], imageId: '4' }] }, '3 of them, without image 4'],
    ['an image more', { rows: rows.slice(0, 2) }, 'received 3, among them image 3'],
    ['another label', { rows: rows.map((row) => ({ ...row, cancer: 1 as const })) }, 'cancer 1 in row 2'],
    ['another order', { rows: rows.toReversed() }, 'image 3 of patient 3, L CC, cancer 0 in row 1'],
    [
      'another source file',
      { rows: rows.map((row) => ({ ...row, sourceSha256: '0'.repeat(64) })) },
      'Expected the source images of the data folder',
    ],
  ])('refuses those of %s, and names both sides', async (_, change, message) => {
    const expected = await predictedRun()
    const reading = readVerifiedPredictions({ ...expected, ...change })
    await expect(reading).rejects.toMatchObject({
      code: 'predictions-differ',
      details: { path: runPaths(expected.run).predictions('val', 1) },
    })
    await expect(reading).rejects.toThrow(message)
  })
})
