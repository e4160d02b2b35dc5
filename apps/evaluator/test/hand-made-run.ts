/** A run whose predictions are written by hand, so that what has to come out is known, and the data folder that they are of. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encodeSafetensors } from '@mammokit/safetensors'
import { dataPaths, type ManifestRow, processedFile, readProcessedRows, writeManifest } from '@mammokit/screening-data'
import { hashSources, runPaths, writePredictions } from '@mammokit/training-run'
import type { Prediction } from '@mammokit/training-run/schema'
import { onTestFinished } from 'vitest'

export interface HandMadeBreast {
  readonly patientId: string
  readonly laterality?: 'L' | 'R'
  readonly target: 0 | 1
  /** One per image. */
  readonly probabilities: readonly number[]
}

export interface HandMadeRun {
  readonly run: string
  readonly data: string
}

/** Writes both folders, which go when the test ends; every epoch has the same images, those of the first. */
export async function makeHandMadeRun(epochs: readonly (readonly HandMadeBreast[])[]): Promise<HandMadeRun> {
  const folder = mkdtempSync(join(tmpdir(), 'evaluator-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const run = join(folder, 'run')
  const data = join(folder, 'data')
  const splitsSha256 = await writeData(data, epochs[0].flatMap(imagesOf))
  mkdirSync(run)
  writeFileSync(
    join(run, 'config.json'),
    JSON.stringify({
      mammokit: '0.1.0',
      model: { layers: [1], channels: [16], cardinality: 1, baseWidth: 64, stemWidth: 8 },
      image: { height: 64, width: 32, mean: 0.449, std: 0.226 },
      preprocess: {},
      preprocessHash: 'hand',
      data: { dir: data, splitsSha256 },
      training: { epochs: epochs.length },
      engine: 'onnxruntime',
      versions: {},
    }),
  )
  for (const [index, breasts] of epochs.entries()) {
    const epoch = index + 1
    await writeEpoch({ run, data }, epoch, breasts.flatMap(imagesOf))
  }
  return { run, data }
}

/** Writes weights and predictions of an epoch. */
export async function writeEpoch(
  { run, data }: HandMadeRun,
  epoch: number,
  images: readonly Prediction[],
  source: Partial<Parameters<typeof writePredictions>[1]> = {},
): Promise<string> {
  const tensor = { dtype: 'F32', shape: [1], data: Float32Array.of(epoch) } as const
  const weights = encodeSafetensors(new Map([['fc.bias', tensor]]))
  mkdirSync(dirname(runPaths(run).weights(epoch)), { recursive: true })
  writeFileSync(runPaths(run).weights(epoch), weights)
  const { rows, splitsSha256 } = await readProcessedRows(data, { subsets: ['val'] })
  return writePredictions(
    run,
    {
      subset: 'val',
      epoch,
      preprocessHash: 'hand',
      splitsSha256,
      mammokit: '0.1.0',
      checkpointHash: sha256(weights).slice(0, 16),
      dataSha256: hashSources(rows),
      ...source,
    },
    images,
  )
}

export function imagesOf({ patientId, laterality = 'L', target, probabilities }: HandMadeBreast): Prediction[] {
  return probabilities.map((probability, i) => ({
    imageId: `${patientId}-${laterality}-${i}`,
    patientId,
    laterality,
    target,
    probability,
    logit: Math.min(800, Math.max(-800, Math.log(probability / (1 - probability)))),
    view: i === 0 ? 'CC' : 'MLO',
  }))
}

async function writeData(data: string, images: readonly Prediction[]): Promise<string> {
  const paths = dataPaths(data)
  mkdirSync(paths.processed, { recursive: true })
  const lines = images.map(({ patientId, imageId, laterality, view, target }) =>
    [patientId, imageId, laterality, view, target, 'val', ''].join(','),
  )
  writeFileSync(paths.splits, `patient_id,image_id,laterality,view,cancer,subset,fold\n${lines.join('\n')}\n`)
  const box = { x: 0, y: 0, width: 320, height: 640 }
  await writeManifest(
    paths.manifest,
    images.map(
      ({ patientId, imageId, laterality, view }): ManifestRow => ({
        patientId,
        imageId,
        laterality,
        view,
        status: 'ok',
        method: 'threshold',
        reason: '',
        side: laterality,
        score: undefined,
        seconds: undefined,
        warnings: [],
        source: `${imageId}.dcm`,
        file: processedFile({ patientId, imageId }),
        preprocessHash: 'hand',
        placement: { box, scaleX: 0.1, scaleY: 0.1, padX: 0, padY: 0 },
        sourceSha256: sha256(imageId),
        imageSha256: sha256(`image ${imageId}`),
      }),
    ),
  )
  return sha256(readFileSync(paths.splits))
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
