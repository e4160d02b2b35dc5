/**
 * `npm run bench -- training FOLDER [KEY=VALUE ...]`: the reference's recipe here and in PyTorch with timm and Albumentations, on the same
 * phantoms from the same first weights, seed by seed in turn: images per second, and the figures of the test breasts.
 *
 * Each training's figures are a line of FOLDER/results.jsonl, and one that is there is not repeated: the benchmark may be killed at any time.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import {
  aggregateByBreast,
  averagePrecision,
  pfBeta,
  probabilitiesOf,
  rocAuc,
  sweepThresholds,
  targetsOf,
} from '@mammokit/pf1-metric'
import { median } from '../benchmark.ts'
import { meanWithInterval } from './mean-with-interval.ts'
import { type TrainingOptions, trainingOptions } from './options.ts'
import { prepareData, rowsOf, type Side, type Trained, trainOurs, trainPeer } from './sides.ts'

const figures = ['rocAuc', 'averagePrecision', 'pf1', 'bestF1'] as const

type Figures = Readonly<Record<(typeof figures)[number], number>>

/** A line of results.jsonl. */
interface Result extends Figures {
  readonly side: Side
  readonly seed: number
  readonly imagesPerSecond: number
  readonly waitingShare: number
  /** All options but the number of seeds: results of others are not comparable. */
  readonly options: string
}

export async function trainingBenchmark(args: readonly string[]): Promise<void> {
  const options = trainingOptions(args)
  const { folder, seeds, ...rest } = options
  await mkdir(folder, { recursive: true })
  const results = await readResults(folder, JSON.stringify(rest))
  await prepareData(options)
  for (let seed = 1; seed <= seeds; seed++) {
    // In turn first and second: what the machine does beside is shared.
    const sides: Side[] = seed % 2 === 1 ? ['mammokit', 'pytorch'] : ['pytorch', 'mammokit']
    for (const side of sides) {
      if (results.some((result) => result.side === side && result.seed === seed)) continue
      const { logits, ...speed } = await (side === 'mammokit' ? trainOurs : trainPeer)(options, seed)
      const result = { side, seed, ...speed, ...(await figuresOf(options, logits)), options: JSON.stringify(rest) }
      await appendFile(join(folder, 'results.jsonl'), `${JSON.stringify(result)}\n`)
      results.push(result)
      console.log(
        `seed ${seed}, ${side}: ${result.imagesPerSecond.toFixed(2)} images/s, ROC AUC ${result.rocAuc.toFixed(4)}`,
      )
    }
  }
  report(results, options)
}

async function readResults(folder: string, options: string): Promise<Result[]> {
  const text = await readFile(join(folder, 'results.jsonl'), 'utf8').catch(() => '')
  // A line that a kill cut is no result.
  const results = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Result => JSON.parse(line))
  const other = results.find((result) => result.options !== options)
  if (other)
    throw new Error(`Expected results of ${options} in ${folder} but received ${other.options}. Use another folder.`)
  return results
}

/** Of the test breasts, whose probability is the mean of their images'. */
async function figuresOf(options: TrainingOptions, logits: Trained['logits']): Promise<Figures> {
  const images = (await rowsOf(options, 'test')).map(({ patientId, laterality, cancer }, i) => ({
    patientId,
    laterality,
    target: cancer,
    probability: 1 / (1 + Math.exp(-logits[i]!)),
  }))
  const breasts = aggregateByBreast(images, { method: 'mean' })
  const [targets, scores] = [targetsOf(breasts), probabilitiesOf(breasts)]
  return {
    rocAuc: rocAuc(targets, scores),
    averagePrecision: averagePrecision(targets, scores),
    pf1: pfBeta(targets, scores),
    bestF1: sweepThresholds(targets, scores).score,
  }
}

function report(results: readonly Result[], { seeds, ...options }: TrainingOptions): void {
  const of = (side: Side) =>
    Array.from({ length: seeds }, (_, i) => results.find((one) => one.side === side && one.seed === i + 1) as Result)
  const [ours, theirs] = [of('mammokit'), of('pytorch')]
  const difference = (name: keyof Figures) => meanWithInterval(ours.map((one, i) => one[name] - theirs[i]![name]))
  const shown = (name: keyof Figures) => {
    const [low, high] = difference(name).interval
    return {
      mammokit: meanWithInterval(ours.map((one) => one[name])).mean,
      pytorch: meanWithInterval(theirs.map((one) => one[name])).mean,
      difference: difference(name).mean,
      low,
      high,
    }
  }
  console.table(Object.fromEntries(figures.map((name) => [name, shown(name)])))
  const speed = (all: readonly Result[]) => ({
    'images/s': median(all.map(({ imagesPerSecond }) => imagesPerSecond)),
    waiting: median(all.map(({ waitingShare }) => waitingShare)),
  })
  console.table({ mammokit: speed(ours), pytorch: speed(theirs) })
  const secondsPerImage = (all: readonly Result[]) => 1 / median(all.map(({ imagesPerSecond }) => imagesPerSecond))
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`
  console.log(
    JSON.stringify({
      bench: 'training',
      ours: secondsPerImage(ours),
      peers: { pytorch: secondsPerImage(theirs) },
      ratio: { pytorch: median(ours.map((one, i) => one.imagesPerSecond / theirs[i]!.imagesPerSecond)) },
      differences: Object.fromEntries(figures.map((name) => [name, difference(name)])),
      machine,
      shape: `${seeds} seeds, ${JSON.stringify(options)}`,
    }),
  )
}
