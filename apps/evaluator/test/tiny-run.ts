/** A small but whole run: synthetic DICOM files through the real preprocessing, a real network, checkpoints of random weights. */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { preprocessHash, resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { encodeSafetensors } from '@mammokit/safetensors'
import { readTrainCsv, type Subset, writeSplitsCsv } from '@mammokit/screening-data'
import { createSeResNeXt } from '@mammokit/seresnext'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'

export const tinyModel = {
  layers: [1, 1, 1, 1],
  channels: [8, 16, 16, 16],
  cardinality: 2,
  baseWidth: 16,
  stemWidth: 8,
  inChannels: 1,
  numClasses: 1,
}
export const tinyImage = { height: 64, width: 32, mean: 0.449, std: 0.226 }

export interface TinyRun {
  readonly data: string
  readonly run: string
  /** Copies of both folders, to be spoilt. */
  copy(): { data: string; run: string }
  remove(): void
}

/** 12 patients, 4 of each subset, half of them with cancer; two checkpoints. */
export async function makeTinyRun(): Promise<TinyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'evaluator-'))
  const data = join(folder, 'data')
  const run = join(folder, 'runs', 'tiny')
  await writePhantomDataset({ outputDir: join(data, 'raw'), patients: 12, prevalence: 0.5, height: 160, workers: 1 })
  const options = { height: tinyImage.height, width: tinyImage.width }
  await extractRois({ dataDir: data, options, workers: 1 })
  await writeSplits(data)
  await writeRun(run, data)
  let copies = 0
  return {
    data,
    run,
    copy() {
      const target = join(folder, `copy-${copies++}`)
      cpSync(data, join(target, 'data'), { recursive: true })
      cpSync(run, join(target, 'runs', 'tiny'), { recursive: true })
      return { data: join(target, 'data'), run: join(target, 'runs', 'tiny') }
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

async function writeSplits(data: string): Promise<void> {
  const rows = await readTrainCsv(join(data, 'raw', 'train.csv'))
  const withCancer = new Set(rows.filter((row) => row.cancer === 1).map((row) => row.patientId))
  const subsets: Subset[] = ['train', 'val', 'test']
  const subsetOf = new Map<string, Subset>()
  for (const hasCancer of [true, false]) {
    const patients = [...new Set(rows.map((row) => row.patientId))].filter((id) => withCancer.has(id) === hasCancer)
    patients.forEach((id, index) => {
      subsetOf.set(id, subsets[index % 3])
    })
  }
  await writeSplitsCsv(
    join(data, 'processed', 'splits.csv'),
    rows.map((row) => ({ ...row, subset: subsetOf.get(row.patientId)!, fold: null })),
  )
}

async function writeRun(run: string, data: string): Promise<void> {
  const options = resolvePreprocessOptions({ height: tinyImage.height, width: tinyImage.width })
  const hash = preprocessHash(options)
  const splits = readFileSync(join(data, 'processed', 'splits.csv'))
  mkdirSync(run, { recursive: true })
  writeFileSync(
    join(run, 'config.json'),
    JSON.stringify({
      mammokit: '0.1.0',
      model: tinyModel,
      image: tinyImage,
      preprocess: options,
      preprocessHash: hash,
      data: { dir: data, splitsSha256: createHash('sha256').update(splits).digest('hex') },
      training: { epochs: 2 },
      engine: 'onnxruntime',
      versions: { node: '20.20.2' },
    }),
  )
  writeFileSync(join(run, 'metrics.jsonl'), metrics())
  tf.enableProdMode()
  await tf.setBackend('cpu')
  for (const epoch of [1, 2]) {
    const model = createSeResNeXt(tinyModel, { seed: epoch, scope: `tiny-${epoch}` })
    const folder = join(run, 'checkpoints', `epoch-00${epoch}`)
    mkdirSync(folder, { recursive: true })
    const bytes = encodeSafetensors(model.stateDict(), { format: 'pt', preprocessHash: hash, epoch: String(epoch) })
    writeFileSync(join(folder, 'model.safetensors'), bytes)
    model.dispose()
  }
}

function metrics(): string {
  const lines = [1, 2].flatMap((epoch) => [
    { kind: 'train', epoch, step: 10 * epoch, loss: 0.5 / epoch, lr: 1e-3 / epoch },
    { kind: 'validation', epoch, step: 10 * epoch, loss: 0.6 / epoch, rocAuc: epoch === 1 ? null : 0.7, pf1: 0.3 },
  ])
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
