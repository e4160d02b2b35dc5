/** One training on each side: ours by its commands, PyTorch's by tools/bench/peers/training.py, with the same images and the same first weights. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { encodeSafetensors } from '@mammokit/safetensors'
import { type ProcessedRow, readProcessedRows } from '@mammokit/screening-data'
import { createSeResNeXt, type SeResNeXtConfig } from '@mammokit/seresnext'
import { readPredictions } from '@mammokit/training-run'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { workspaceRoot } from '../../packages/pack.ts'
import { networkOf, type TrainingOptions } from './options.ts'

/** What a training comes to: logits of the test images in the order of their rows, and its speed. */
export interface Trained {
  readonly logits: readonly number[]
  readonly imagesPerSecond: number
  readonly waitingShare: number
}

export type Side = 'mammokit' | 'pytorch'

const run = promisify(execFile)
const peer = fileURLToPath(new URL('../../../bench/peers/training.py', import.meta.url))

function app(name: 'trainer' | 'evaluator', args: readonly string[]) {
  const cli = join(workspaceRoot, 'apps', name, 'dist/cli.js')
  return run(process.execPath, [cli, ...args], { maxBuffer: Number.POSITIVE_INFINITY })
}

const dataOf = ({ folder }: TrainingOptions) => join(folder, 'data')
const widthOf = ({ height }: TrainingOptions) => height / 2

/** Writes, extracts and splits the phantoms, once. */
export async function prepareData(options: TrainingOptions): Promise<void> {
  const data = dataOf(options)
  const { patients, prevalence, conspicuity, height } = options
  const phantoms = [
    `--patients=${patients}`,
    `--prevalence=${prevalence}`,
    `--conspicuity=${conspicuity}`,
    '--height=640',
  ]
  await app('trainer', ['phantom', '--data', data, ...phantoms])
  await app('trainer', ['extract-rois', '--data', data, `--height=${height}`, `--width=${widthOf(options)}`])
  if (!existsSync(join(data, 'processed/splits.csv'))) await app('trainer', ['split', '--data', data])
}

export async function rowsOf(options: TrainingOptions, subset: 'train' | 'test'): Promise<readonly ProcessedRow[]> {
  return (await readProcessedRows(dataOf(options), { subsets: [subset] })).rows
}

/** Random weights of a seed in timm's names, from which both sides start: `initial-<seed>.safetensors` in the folder, written once. */
export async function initialWeights(folder: string, network: Partial<SeResNeXtConfig>, seed: number): Promise<string> {
  const path = join(folder, `initial-${seed}.safetensors`)
  if (existsSync(path)) return path
  tf.enableProdMode()
  await tf.setBackend('cpu')
  const model = createSeResNeXt(network, { seed, scope: `initial-${seed}` })
  await writeFile(`${path}.partial`, encodeSafetensors(model.stateDict()))
  model.dispose()
  await rename(`${path}.partial`, path)
  return path
}

/** `configs/reference.json` at the size of the benchmark, through `train` and `predict`. */
export async function trainOurs(options: TrainingOptions, seed: number): Promise<Trained> {
  const { folder, height, epochs, batchSize, lr, threads } = options
  const folderOfRun = join(folder, `mammokit-${seed}`)
  const reference = JSON.parse(await readFile(join(workspaceRoot, 'apps/trainer/configs/reference.json'), 'utf8'))
  const config = {
    ...reference,
    image: { ...reference.image, height, width: widthOf(options) },
    model: networkOf(options),
    training: { ...reference.training, epochs, batchSize, lr, seed },
    threads,
    workers: threads,
  }
  const file = `${folderOfRun}.json`
  await writeFile(file, JSON.stringify(config))
  const where = ['--data', dataOf(options), '--run', folderOfRun]
  await app('trainer', [
    'train',
    '--config',
    file,
    ...where,
    '--pretrained',
    await initialWeights(folder, networkOf(options), seed),
  ])
  await app('evaluator', [
    'predict',
    ...where,
    '--subset',
    'test',
    '--epoch',
    String(epochs),
    '--threads',
    String(threads),
  ])
  const predictions = await readPredictions(folderOfRun, 'test', epochs)
  const logits = new Map(predictions.images.map(({ imageId, logit }) => [imageId, logit]))
  const timings = (await readFile(join(folderOfRun, 'timings.jsonl'), 'utf8')).trim().split('\n')
  const perEpoch = timings.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'validation')
  const sum = (of: (line: Record<string, number>) => number) => perEpoch.reduce((total, line) => total + of(line), 0)
  const seconds = sum(({ secondsTraining }) => secondsTraining!)
  return {
    logits: (await rowsOf(options, 'test')).map(({ imageId }) => logits.get(imageId) as number),
    imagesPerSecond: sum(({ secondsTraining, imagesPerSecond }) => secondsTraining! * imagesPerSecond!) / seconds,
    waitingShare: sum(({ secondsTraining, waitingShare }) => secondsTraining! * waitingShare!) / seconds,
  }
}

/** The same recipe in PyTorch. */
export async function trainPeer(options: TrainingOptions, seed: number): Promise<Trained> {
  const { folder, epochs, batchSize, lr, threads } = options
  const rows = async (subset: 'train' | 'test') =>
    (await rowsOf(options, subset)).map(({ file, cancer }) => ({ file, target: cancer }))
  return runPeer(join(folder, `pytorch-${seed}`), {
    train: await rows('train'),
    test: await rows('test'),
    model: networkOf(options),
    positiveRows: 11,
    initial: await initialWeights(folder, networkOf(options), seed),
    epochs,
    batchSize,
    lr,
    seed,
    threads,
  })
}

interface PeerRow {
  readonly file: string
  readonly target: number
}

/** What tools/bench/peers/training.py is told. */
export interface PeerWork {
  readonly train: readonly PeerRow[]
  readonly test: readonly PeerRow[]
  readonly model: Partial<SeResNeXtConfig>
  /** Safetensors file of the first weights. */
  readonly initial: string
  /** How often each positive is drawn in an epoch. */
  readonly positiveRows: number
  readonly epochs: number
  readonly batchSize: number
  readonly lr: number
  readonly seed: number
  readonly threads: number
}

/** Trains in PyTorch, with the interpreter that the variable PYTHON names. */
export async function runPeer(folder: string, work: PeerWork): Promise<Trained> {
  await mkdir(folder, { recursive: true })
  const logits = join(folder, 'logits.json')
  const file = join(folder, 'work.json')
  await writeFile(file, JSON.stringify({ ...work, workers: work.threads, logits }))
  const { stdout } = await run(process.env.PYTHON ?? 'python3', [peer, file], { maxBuffer: Number.POSITIVE_INFINITY })
  const { imagesPerSecond, waitingShare } = JSON.parse(stdout.trim().split('\n').at(-1) as string)
  return { logits: JSON.parse(await readFile(logits, 'utf8')), imagesPerSecond, waitingShare }
}
