/** A run of ten epochs whose predictions are random, and the data folder that they are of. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { encodeSafetensors } from '@mammokit/safetensors'
import { dataPaths, type ManifestRow, processedFile, readProcessedRows, writeManifest } from '@mammokit/screening-data'
import { createRandom, type Random } from '@mammokit/seeded-random'
import { hashSources, runPaths, writePredictions } from '@mammokit/training-run'

export interface PredictedRun {
  readonly run: string
  readonly data: string
}

const preprocessHash = 'bench'

/** Writes both into an empty folder: so many images of the validation set, four of a patient, 2.1 % of the breasts with cancer. */
export async function writePredictedRun(folder: string, images: number, epochs: number): Promise<PredictedRun> {
  const [run, data] = [join(folder, 'run'), join(folder, 'data')]
  const random = createRandom(13, 'predicted run')
  await writeData(data, images, random)
  const { rows, splitsSha256 } = await readProcessedRows(data, { subsets: ['val'] })
  mkdirSync(run)
  const config = {
    mammokit: '0.1.0',
    model: { layers: [1], channels: [16], cardinality: 1, baseWidth: 64, stemWidth: 8 },
    image: { height: 64, width: 32, mean: 0.449, std: 0.226 },
    ...{ preprocess: {}, preprocessHash, data: { dir: data, splitsSha256 }, training: { epochs } },
    ...{ engine: 'onnxruntime', versions: {} },
  }
  writeFileSync(join(run, 'config.json'), JSON.stringify(config))
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const tensor = { dtype: 'F32', shape: [1], data: Float32Array.of(epoch) } as const
    const weights = encodeSafetensors(new Map([['fc.bias', tensor]]))
    mkdirSync(dirname(runPaths(run).weights(epoch)), { recursive: true })
    writeFileSync(runPaths(run).weights(epoch), weights)
    const checkpointHash = sha256(weights).slice(0, 16)
    const source = {
      ...({ subset: 'val', epoch, preprocessHash, splitsSha256, checkpointHash } as const),
      mammokit: '0.1.0',
    }
    const predictions = rows.map(({ imageId, patientId, laterality, view, cancer }) => {
      const logit = random.normal() - 3 + 1.8 * cancer
      return { imageId, patientId, laterality, view, target: cancer, logit, probability: 1 / (1 + Math.exp(-logit)) }
    })
    await writePredictions(run, { ...source, dataSha256: hashSources(rows) }, predictions)
  }
  return { run, data }
}

async function writeData(data: string, count: number, random: Random): Promise<void> {
  const paths = dataPaths(data)
  mkdirSync(paths.processed, { recursive: true })
  const views = [
    ['L', 'CC'],
    ['L', 'MLO'],
    ['R', 'CC'],
    ['R', 'MLO'],
  ] as const
  let cancer = 0
  const images = Array.from({ length: count }, (_, i) => {
    const [laterality, view] = views[i % 4]
    if (i % 2 === 0) cancer = random.chance(0.021) ? 1 : 0
    return { imageId: `${1_000_000 + i}`, patientId: `${10_000 + (i >> 2)}`, laterality, view, cancer }
  })
  const lines = images.map((image) => [...Object.values(image), 'val', ''].join(','))
  writeFileSync(paths.splits, `image_id,patient_id,laterality,view,cancer,subset,fold\n${lines.join('\n')}\n`)
  const placement = { box: { x: 0, y: 0, width: 320, height: 640 }, scaleX: 0.1, scaleY: 0.1, padX: 0, padY: 0 }
  const rows = images.map(
    ({ patientId, imageId, laterality, view }): ManifestRow => ({
      ...{ patientId, imageId, laterality, view, status: 'ok', method: 'threshold', reason: '', side: laterality },
      ...{ score: undefined, seconds: undefined, warnings: [], source: `${imageId}.dcm`, preprocessHash, placement },
      ...{ file: processedFile({ patientId, imageId }) },
      ...{ sourceSha256: sha256(imageId), imageSha256: sha256(`image ${imageId}`) },
    }),
  )
  await writeManifest(paths.manifest, rows)
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
