/**
 * How well a run that never saw these images ranks them: `node tools/dist/results/zero-shot.js --run RUN --data DATA --half a`.
 *
 * DATA is a data folder whose images were extracted with the run's preprocessing; no split is needed. Half a of its patients is to choose
 * on, half b to confirm the choice on: every look is a line of DATA/looks.jsonl, so that looks at half b can be counted.
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
    run: { type: 'string' },
    data: { type: 'string' },
    half: { type: 'string' },
    epoch: { type: 'string' },
    threads: { type: 'string', default: '1' },
    resamples: { type: 'string', default: '1000' },
    note: { type: 'string', default: '' },
  },
})
const { run, data, half } = values
if (run === undefined || data === undefined || (half !== 'a' && half !== 'b')) {
  console.error(
    'Usage: zero-shot --run RUN --data DATA --half a|b [--epoch N] [--threads N] [--resamples N] [--note TEXT]',
  )
  process.exit(2)
}

const config = await readRunConfig(run)
const epoch = values.epoch === undefined ? Math.max(...(await listEpochs(run))) : Number(values.epoch)
const { rows: all } = await readUnsplitRows(data, {
  expected: { preprocessHash: config.preprocessHash, owner: `the run ${run}` },
})
const rows = all.filter(({ patientId }) => halfOf(patientId) === half)
const { logits, checkpointHash } = await imageLogits(run, config, rows, { epoch, threads: Number(values.threads) })
const breasts = breastsOf(rows, { network: logits })
const { pooled, withinMachines, ...counts } = breastFigures(
  breasts,
  { network: { of: ['network'] } },
  { resamples: Number(values.resamples) },
)
const look = {
  ...{ half, halvesSeed, run, epoch, checkpointHash, note: values.note, images: rows.length, ...counts },
  ...{ pooled: pooled.network, withinMachines: withinMachines.network },
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
