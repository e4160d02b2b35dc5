/**
 * How well a run that never saw these images ranks them: `node tools/dist/results/zero-shot.js --run RUN --data DATA --half a`.
 *
 * DATA is a data folder whose images were extracted with the run's preprocessing; no split is needed. Half a of its patients is to choose
 * on, half b to confirm the choice on: every look is a line of DATA/looks.jsonl, so that looks at half b can be counted. Several `--run` are
 * one network: the mean of their logits.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readUnsplitRows } from '@mammokit/screening-data'
import { listEpochs, readRunConfig } from '@mammokit/training-run'
import { breastFigures, breastsOf, type Figure } from './breast-figures.ts'
import { halfOf, halvesSeed } from './halves.ts'
import { imageLogits } from './image-logits.ts'

const { values } = parseArgs({
  options: {
    run: { type: 'string', multiple: true },
    data: { type: 'string' },
    half: { type: 'string' },
    epoch: { type: 'string' },
    threads: { type: 'string', default: '1' },
    resamples: { type: 'string', default: '1000' },
    note: { type: 'string', default: '' },
  },
})
const { run: runs, data, half } = values
if (runs === undefined || data === undefined || (half !== 'a' && half !== 'b')) {
  console.error(
    'Usage: zero-shot --run RUN [--run RUN ...] --data DATA --half a|b [--epoch N] [--threads N] [--resamples N] [--note TEXT]',
  )
  process.exit(2)
}

const [first] = runs as [string]
const { preprocessHash } = await readRunConfig(first)
const { rows: all } = await readUnsplitRows(data, { expected: { preprocessHash, owner: `the run ${first}` } })
const rows = all.filter(({ patientId }) => halfOf(patientId) === half)
const members: {
  readonly run: string
  readonly epoch: number
  readonly checkpointHash: string
  readonly logits: ReadonlyMap<string, number>
}[] = []
for (const run of runs) {
  const config = await readRunConfig(run)
  if (config.preprocessHash !== preprocessHash)
    throw new Error(`Expected ${run} with the preprocessing ${preprocessHash} but received ${config.preprocessHash}.`)
  const epoch = values.epoch === undefined ? Math.max(...(await listEpochs(run))) : Number(values.epoch)
  const found = await imageLogits(run, config, rows, { epoch, threads: Number(values.threads) })
  members.push({ run, epoch, ...found })
}
const meanLogit = (id: string) => members.reduce((sum, { logits }) => sum + logits.get(id)!, 0) / members.length
const logits = new Map(rows.map(({ imageId }) => [imageId, meanLogit(imageId)]))
const breasts = breastsOf(rows, { network: logits })
const { pooled, withinMachines, ...counts } = breastFigures(
  breasts,
  { network: { of: ['network'] } },
  { resamples: Number(values.resamples) },
)
const look = {
  half,
  halvesSeed,
  members: members.map(({ run, epoch, checkpointHash }) => ({ run, epoch, checkpointHash })),
  note: values.note,
  images: rows.length,
  ...counts,
  pooled: pooled.network,
  withinMachines: withinMachines.network,
}
const path = join(data, 'looks.jsonl')
await appendFile(path, `${JSON.stringify(look)}\n`)

const shown = ({ value, low, high }: Figure) => `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`
const { breasts: count, positives, patients } = counts
console.log(`half ${half}: ${count} breasts of ${patients} patients, ${positives} with cancer, ${rows.length} images`)
console.log(`AUC within machines ${shown(look.withinMachines as Figure)} over ${counts.pairsWithin} pairs`)
console.log(`AUC pooled          ${shown(look.pooled as Figure)} over ${counts.pairs} pairs`)
const looks = (await readFile(path, 'utf8')).split('\n').filter((line) => line.includes(`"half":"${half}"`)).length
console.log(`Look ${looks} at half ${half}.`)
