/**
 * Whether weights that a network learned on one population help on another, small one: `node tools/dist/training/transfer.js FOLDER`
 * writes both phantom populations, trains on the large one, then on the small one from random weights and from those in several ways,
 * for equal steps and each seed, and prints the ROC AUC per breast of the test patients. Started again, it continues where it was.
 *
 * Expected time: some two hours on two idle cores; TRANSFER_SEEDS=1 TRANSFER_PATIENTS=0.1 is a try of a few minutes.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'

const share = Number(process.env.TRANSFER_PATIENTS ?? 1)
const seeds = Array.from({ length: Number(process.env.TRANSFER_SEEDS ?? 5) }, (_, index) => 13 + index)
const folder = process.argv[2] ?? 'transfer'
const config = join('apps', 'trainer', 'configs', 'demo.json')

/** The second population has fainter cancers, other breasts and a fifth of the patients; half of them are tested on. */
const populations = {
  large: { patients: Math.ceil(300 * share), prevalence: 0.4, conspicuity: 1.5, seed: 13 },
  small: { patients: Math.max(30, Math.ceil(80 * share)), prevalence: 0.4, conspicuity: 1, seed: 1013 },
}

/** How people fine-tune: all alike, with frozen first stages, with lower rates for the first stages. */
const ways: Readonly<Record<string, readonly string[]>> = {
  'from scratch': [],
  'all layers': ['--pretrained', pretrained()],
  'stem to layer2 frozen': ['--pretrained', pretrained(), '--option', 'training.freeze.upTo=layer2'],
  'layer-wise rates, 0.5': ['--pretrained', pretrained(), '--option', 'training.adam.layerDecay=0.5'],
}

function pretrained(): string {
  return join(folder, 'runs', 'large', 'checkpoints', 'epoch-010', 'model.safetensors')
}

function command(app: 'trainer' | 'evaluator', ...args: readonly string[]): void {
  const bin = join('apps', app, 'bin', 'mammokit.js')
  const { status } = spawnSync(process.execPath, [bin, ...args], {
    cwd: workspaceRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}

function prepare(name: keyof typeof populations): string {
  const data = join(folder, 'data', name)
  if (existsSync(join(workspaceRoot, data, 'processed', 'splits.csv'))) return data
  const options = Object.entries(populations[name]).flatMap(([key, value]) => ['--option', `phantom.${key}=${value}`])
  const common = ['--config', config, '--data', data]
  command('trainer', 'phantom', ...common, ...options)
  command('trainer', 'extract-rois', ...common)
  // Few are trained on: half of the patients is test.
  const fractions = name === 'small' ? ['0.5', '0.3'] : ['0.1', '0.1']
  command('trainer', 'split', ...common, '--test-fraction', fractions[0], '--validation-fraction', fractions[1])
  return data
}

/** Trains for the demo's epochs, and returns the ROC AUC per breast of the test patients. */
function score(data: string, run: string, options: readonly string[]): number | null {
  const evaluated = ['--data', data, '--run', run]
  if (!existsSync(join(workspaceRoot, run, 'test.json'))) {
    command('trainer', 'train', '--config', config, ...evaluated, ...options)
    command('evaluator', 'predict', ...evaluated, '--subset', 'val')
    command('evaluator', 'select', ...evaluated)
    command('evaluator', 'test', ...evaluated)
  }
  return JSON.parse(readFileSync(join(workspaceRoot, run, 'test.json'), 'utf8')).rocAuc.value
}

const large = prepare('large')
console.log(`large population: ROC AUC ${score(large, join(folder, 'runs', 'large'), [])?.toFixed(3)}`)
const small = prepare('small')
console.log(`\n| small population, ROC AUC | ${seeds.map((seed) => `seed ${seed}`).join(' | ')} | mean |`)
console.log(`| --- |${' --- |'.repeat(seeds.length + 1)}`)
for (const [way, options] of Object.entries(ways)) {
  const areas = seeds.map((seed) => {
    const run = join(folder, 'runs', `${way.replaceAll(/\W+/g, '-')}-${seed}`)
    return score(small, run, ['--seed', String(seed), '--option', 'training.batchSize=8', ...options])
  })
  const mean = areas.reduce<number>((sum, area) => sum + (area ?? Number.NaN), 0) / areas.length
  console.log(`| ${way} | ${areas.map((area) => area?.toFixed(3) ?? '-').join(' | ')} | ${mean.toFixed(3)} |`)
}
