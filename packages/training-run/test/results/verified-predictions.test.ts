import { describe, expect, it } from 'vitest'
import { knownRowsOf } from '../../src/results/known-rows.ts'
import { readPredictions, writePredictions } from '../../src/results/predictions-file.ts'
import { hashSources, type SourceRow } from '../../src/results/source-rows.ts'
import { readVerifiedPredictions } from '../../src/results/verified-predictions.ts'
import { runPaths } from '../../src/run-paths.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const splitsSha256 = 'cd'.repeat(32)
const rows = [1, 2, 3].map(
  (id): SourceRow => ({
    imageId: `${id}`,
    patientId: `${id}`,
    laterality: 'L',
    view: 'CC',
    cancer: id === 1 ? 1 : 0,
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

describe('predictions of known rows', () => {
  const odd = ['1', 'a"b', "'=1", 'x,y', 'Zoë', 'two\nlines'].map(
    (id, i): SourceRow => ({
      imageId: id,
      patientId: `p${i}`,
      laterality: 'L',
      view: i % 2 ? '' : 'CC',
      cancer: i === 0 ? 1 : 0,
      sourceSha256: `${i}`.repeat(64),
    }),
  )

  it.each([
    ['plain ids', rows],
    ['ids with quotes, commas, apostrophes and line breaks', odd],
  ])('are the same as without knowing them: %s', async (_, sources) => {
    const run = temporaryFolder()
    const images = sources.map(({ cancer, sourceSha256: _, ...row }, i) => {
      const logit = (i - 2) * 1.7e-7
      return { ...row, target: cancer, logit, probability: 1 / (1 + Math.exp(-logit)) }
    })
    const source = { subset: 'val', epoch: 1, checkpointHash: 'aa', preprocessHash: 'bb', splitsSha256 } as const
    await writePredictions(run, { ...source, dataSha256: hashSources(sources), mammokit: '0.1.0' }, images)
    const known = await readPredictions(run, 'val', 1, knownRowsOf(sources))
    const unknown = await readPredictions(run, 'val', 1)
    expect(known.images).toEqual(images)
    expect({ ...known, identities: null }).toEqual({ ...unknown, identities: null })
  })

  it('are not read from a file with another byte', () => {
    const [row] = rows
    const known = knownRowsOf([row!])
    const file = 'image_id,patient_id,laterality,view,cancer,logit,probability\n1,1,L,CC,1,0,0.5\n'
    const read = (text: string) => known.read(Buffer.from(text))
    expect(read(file)).toEqual({ logits: Float64Array.of(0), probabilities: Float64Array.of(0.5) })
    for (const [before, after] of [
      ['0.5', '0.5 '],
      ['0.5', '0x1'],
      ['0.5', ''],
      ['0.5', '0.6'],
      [',0,', ',Infinity,'],
      ['1,1,L', '1,1,R'],
      ['0.5\n', '0.5'],
      ['0.5\n', '0.5\n1,1,L,CC,1,0,0.5\n'],
      ['logit', 'logits'],
      ['image_id', '\ufeffimage_id'],
    ] as const)
      expect(read(file.replace(before, after))).toBeUndefined()
  })
})
