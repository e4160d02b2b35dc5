/**
 * Kills a small training with SIGKILL and SIGTERM, a third of the kills while a checkpoint is written or removed, restarts it each time
 * with the same command, and compares all bytes with those of an undisturbed run.
 *
 * usage: node tools/dist/training/kill.js FOLDER [KILLS = 100]
 */
import { mkdirSync, rmSync } from 'node:fs'
import { killTraining } from './kill-training.ts'

const [folder, kills = '100'] = process.argv.slice(2)
if (!folder) {
  console.error('Expected a folder to work in, which is emptied. usage: kill.js FOLDER [KILLS]')
  process.exit(2)
}
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const result = await killTraining({ folder, kills: Number(kills), say: console.log })
for (const [place, count] of result.kills) console.log(`${count} x ${place}`)
console.log(
  result.differences.length === 0
    ? `${result.runs} runs, each with the bytes of the undisturbed one`
    : `${result.differences.length} files differ: ${result.differences.slice(0, 5).join(', ')}`,
)
process.exitCode = result.differences.length === 0 ? 0 : 1
