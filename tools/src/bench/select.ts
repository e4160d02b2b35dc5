/** `mammokit-evaluator select` over ten checkpoints' predictions of all of RSNA's images, as a process, its start included. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { workspaceRoot } from '../packages/pack.ts'
import type { Benchmark } from './benchmark.ts'
import { writePredictedRun } from './predicted-run.ts'

const images = 54_706
const epochs = 10

export const select: Benchmark = {
  name: 'select',
  shape: `${images} predictions of ${epochs} checkpoints; reads and checks them, chooses, and gives intervals by 1,000 resamples`,
  rounds: 3,
  ours: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mammokit-select-'))
    const { run, data } = await writePredictedRun(folder, images, epochs)
    const cli = join(workspaceRoot, 'apps/evaluator/dist/cli.js')
    return {
      name: 'mammokit',
      round: async () => {
        const start = performance.now()
        await promisify(execFile)(process.execPath, [cli, 'select', '--run', run, '--data', data])
        return (performance.now() - start) / 1000
      },
      close: () => rm(folder, { recursive: true }),
    }
  },
  peers: [],
}
