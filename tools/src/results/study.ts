/**
 * `npm run study -- --source FOLDER --folder STUDY [--phantom RUN] [--patches RUN] [--config FILE] [--threads N]`: trains and measures every arm of a study,
 * fold by fold, on a data set as it was published, and prints the table of what is done.
 *
 * Each training is a line of STUDY/figures.jsonl and is not repeated: killed and started again, the study continues where it was, within
 * a training from its last checkpoint. `--report` only prints the table; `--figures FILE` writes it as JSON.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type ProcessedRow, readProcessedRows } from '@mammokit/screening-data'
import type { SeResNeXtConfig } from '@mammokit/seresnext'
import { listEpochs, readPredictions, runPaths } from '@mammokit/training-run'
import { initialWeights, runPeer } from '../bench/training/sides.ts'
import { workspaceRoot } from '../packages/pack.ts'
import { breastFigures, breastsOf } from './breast-figures.ts'
import {
  assertSameSplit,
  peerSchema,
  readStudyConfig,
  settingsOf,
  type Unit,
  unitName,
  unitsOf,
} from './study-config.ts'
import { addLine, readLines, type StudyLine } from './study-lines.ts'
import { studyFigures } from './study-report.ts'
import { formatStudy } from './study-table.ts'

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: join(workspaceRoot, 'tools/results/rsna640.json') },
    source: { type: 'string' },
    folder: { type: 'string' },
    phantom: { type: 'string' },
    patches: { type: 'string' },
    threads: { type: 'string', default: '2' },
    report: { type: 'boolean', default: false },
    figures: { type: 'string' },
  },
})
const config = await readStudyConfig(values.config)
const folder = resolve(values.folder ?? 'study')
const { source } = values

if (!values.report) {
  mkdirSync(folder, { recursive: true })
  for (const unit of unitsOf(config)) await runUnit(unit)
}
const figures = await studyFigures(config, folder)
console.log(formatStudy(figures))
if (values.figures !== undefined) writeFileSync(values.figures, `${JSON.stringify(figures, null, 2)}\n`)

/** Trains without the fold, predicts the fold with the last epoch, and adds the line. */
async function runUnit(unit: Unit): Promise<void> {
  const settings = settingsOf(config, unit.arm, unit.seed)
  const { engine } = config.arms[unit.arm]!
  const start = await firstWeights(unit, settings)
  if (start === undefined) {
    console.log(`${unitName(unit)} is left out: it needs --${config.arms[unit.arm]!.start} RUN.`)
    return
  }
  const recipe = hash(JSON.stringify(settings), start === null ? '' : readFileSync(start))
  const done = readLines(folder).find((line) => unitName(line) === unitName(unit))
  if (done !== undefined) {
    if (done.recipe === recipe) return
    throw new Error(
      `Expected ${unitName(unit)} in ${folder} with this recipe but received another. Use another --folder.`,
    )
  }
  const data = prepareData(settings)
  const began = performance.now()
  const train = engine === 'pytorch' ? trainPeer : trainOurs
  const { epoch, logits } = await train(unit, { settings, data, start })
  await measure(unit, { recipe, epoch, data, logits, minutes: (performance.now() - began) / 60_000 })
}

interface Training {
  readonly settings: Record<string, unknown>
  readonly data: string
  /** Safetensors file of the first weights. */
  readonly start: string | null
}

interface Predicted {
  readonly epoch: number
  /** Of the fold's images, by id. */
  readonly logits: ReadonlyMap<string, number>
}

async function trainOurs(unit: Unit, { settings, data, start }: Training): Promise<Predicted> {
  const name = `${unit.arm}-${unit.seed}`
  const file = join(folder, `${name}.json`)
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`)
  const run = join(folder, 'runs', name)
  const foldRun = join(run, `fold-${unit.fold}`)
  const { threads } = values
  const options = ['--option', `threads=${threads}`, '--option', `workers=${threads}`]
  if (start !== null) options.push('--pretrained', start)
  command('trainer', 'train', '--config', file, '--data', data, '--run', run, '--fold', `${unit.fold}`, ...options)
  const epoch = Math.max(...(await listEpochs(foldRun)))
  command('evaluator', 'predict', '--run', foldRun, '--data', data, '--epoch', String(epoch), '--threads', threads)
  const { images } = await readPredictions(foldRun, 'val', epoch)
  return { epoch, logits: new Map(images.map(({ imageId, logit }) => [imageId, logit])) }
}

/** The same recipe in PyTorch, of which the peer of the training benchmark knows everything but these numbers. */
async function trainPeer(unit: Unit, { settings, data, start }: Training): Promise<Predicted> {
  const { model, training } = peerSchema.parse(settings)
  const rowsOf = async (subset: 'train' | 'val') =>
    (await readProcessedRows(data, { fold: unit.fold, subsets: [subset], maxLeftOut: 1 })).rows
  const [train, test] = [await rowsOf('train'), await rowsOf('val')]
  const fileAndTarget = ({ file, cancer }: ProcessedRow) => ({ file, target: cancer })
  const { logits } = await runPeer(join(folder, 'runs', `${unit.arm}-${unit.seed}`, `fold-${unit.fold}`), {
    train: train.map(fileAndTarget),
    test: test.map(fileAndTarget),
    model,
    initial: start!,
    positiveRows: training.sampling.positiveFactor,
    epochs: training.epochs,
    batchSize: training.batchSize,
    lr: training.lr,
    seed: unit.seed,
    threads: Number(values.threads),
  })
  return { epoch: training.epochs, logits: new Map(test.map(({ imageId }, i) => [imageId, logits[i]!])) }
}

interface Trained extends Pick<StudyLine, 'recipe' | 'minutes'>, Predicted {
  readonly data: string
}

async function measure(unit: Unit, { recipe, epoch, minutes, data, logits }: Trained): Promise<void> {
  const { rows } = await readProcessedRows(data, { fold: unit.fold, subsets: ['val'], maxLeftOut: 1 })
  const breasts = breastsOf(rows, { network: logits })
  const { pooled, withinMachines, positives } = breastFigures(breasts, { network: { of: ['network'] } })
  const line: StudyLine = {
    ...unit,
    recipe,
    epoch,
    minutes: round(minutes, 1),
    load: round(loadavg()[2]!, 1),
    breasts: breasts.length,
    positives,
    pooled: pooled.network!,
    withinMachines: withinMachines.network!,
    logits: Object.fromEntries([...logits].map(([imageId, logit]) => [imageId, round(logit, 6)])),
  }
  addLine(folder, line)
  const { value } = line.withinMachines
  console.log(`${unitName(unit)}: AUC within machines ${value.toFixed(3)}, pooled ${line.pooled.value.toFixed(3)}`)
}

/** The data folder of an image size: listed, extracted and split once. */
function prepareData(settings: Record<string, unknown>): string {
  const { height, width } = settings.image as { readonly height: number; readonly width: number }
  const data = join(folder, 'data', `${height}x${width}`)
  const file = join(data, 'study.json')
  if (existsSync(join(data, 'processed/splits.csv'))) {
    assertSameSplit(readFileSync(file, 'utf8'), settings)
    return data
  }
  if (source === undefined) throw new Error('Expected --source FOLDER, the data set, but received none.')
  mkdirSync(data, { recursive: true })
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`)
  const shared = ['--config', file, '--data', data]
  command('trainer', 'import', resolve(source), '--from', config.from, '--data', data)
  command('trainer', 'extract-rois', ...shared, '--contact-sheet', '--workers', values.threads)
  command('trainer', 'split', ...shared)
  return data
}

/** null: the trainer draws them; undefined: there are none. */
async function firstWeights(unit: Unit, settings: Record<string, unknown>): Promise<string | null | undefined> {
  const { start } = config.arms[unit.arm]!
  if (start === 'shared') return initialWeights(folder, settings.model as Partial<SeResNeXtConfig>, unit.seed)
  if (start === 'random') return null
  const run = values[start]
  return run === undefined ? undefined : runPaths(run).weights(Math.max(...(await listEpochs(run))))
}

function command(app: 'trainer' | 'evaluator', ...args: readonly string[]): void {
  const bin = join(workspaceRoot, 'apps', app, 'bin/mammokit.js')
  const { status, signal } = spawnSync(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  // Images that cannot be used are left out of every arm; maxLeftOut of training says how many may be.
  if (status === 0 || (status === 3 && args[0] === 'extract-rois')) return
  console.error(`Stopped in mammokit-${app} ${args.join(' ')} (${signal ?? status}). Start it again and it continues.`)
  process.exit(status ?? 1)
}

function hash(...parts: readonly (string | Uint8Array)[]): string {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest('hex').slice(0, 16)
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
