/** A run whose predictions are written by hand, so that what has to come out is known. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePredictions } from '@mammokit/training-run'
import { onTestFinished } from 'vitest'

export interface HandMadeBreast {
  readonly patientId: string
  readonly laterality?: 'L' | 'R'
  readonly target: 0 | 1
  /** One per image. */
  readonly probabilities: readonly number[]
}

/** Writes config.json, checkpoint folders with empty files and the predictions of each epoch; returns the run's folder, which goes when the test ends. */
export async function makeHandMadeRun(epochs: readonly (readonly HandMadeBreast[])[]): Promise<string> {
  const run = mkdtempSync(join(tmpdir(), 'evaluator-run-'))
  onTestFinished(() => rmSync(run, { recursive: true }))
  const model = { layers: [1], channels: [16], cardinality: 1, baseWidth: 64, stemWidth: 8 }
  const image = { height: 64, width: 32, mean: 0.449, std: 0.226 }
  writeFileSync(
    join(run, 'config.json'),
    JSON.stringify({
      ...{ mammokit: '0.1.0', model, image, preprocess: {}, preprocessHash: 'hand', training: {}, versions: {} },
      ...{ data: { dir: 'data', splitsSha256: 'hand' }, engine: 'onnxruntime' },
    }),
  )
  for (const [index, breasts] of epochs.entries()) {
    const name = `epoch-${String(index + 1).padStart(3, '0')}`
    mkdirSync(join(run, 'checkpoints', name), { recursive: true })
    writeFileSync(join(run, 'checkpoints', name, 'model.safetensors'), '')
    await writePredictions(run, 'val', index + 1, {
      preprocessHash: 'hand',
      checkpointHash: `weights${index + 1}`,
      rows: breasts.flatMap(({ patientId, laterality = 'L', target, probabilities }) =>
        probabilities.map((probability, i) => ({
          imageId: `${patientId}-${laterality}-${i}`,
          ...{ patientId, laterality, target, probability },
          view: i === 0 ? 'CC' : 'MLO',
        })),
      ),
    })
  }
  return run
}
