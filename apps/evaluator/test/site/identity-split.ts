import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTrainCsv, writeSplitsCsv } from '@mammokit/screening-data'
import type { TinyRun } from '../tiny-run.ts'

/** A copy of the run that was, as it says, trained with a split in which every patient of `site` is a test patient. */
export async function identitySplit(tiny: TinyRun, site: string): Promise<{ data: string; run: string }> {
  const { run } = tiny.copy()
  const data = join(dirname(dirname(run)), 'site')
  cpSync(site, data, { recursive: true })
  const rows = await readTrainCsv(join(data, 'raw', 'train.csv'))
  const splits = join(data, 'processed', 'splits.csv')
  await writeSplitsCsv(
    splits,
    rows.map((row) => ({ ...row, subset: 'test' as const, fold: null })),
  )
  const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))
  config.data.splitsSha256 = createHash('sha256').update(readFileSync(splits)).digest('hex')
  writeFileSync(join(run, 'config.json'), JSON.stringify(config))
  return { data, run }
}
