/**
 * `npm run samples`, after `npm run demo`: the demo's report, the result.json of one of its patients, and the animated image of
 * docs/samples/demo-recording.json, which `npm run demo:record` writes.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSplitsCsv } from '@mammokit/screening-data'
import { workspaceRoot } from '../packages/pack.ts'
import { drawRecording } from './draw-recording.ts'
import { samplePatient } from './sample-patient.ts'

const inRepository = (...parts: string[]) => join(workspaceRoot, ...parts)
const recording = readFileSync(inRepository('docs/samples/demo-recording.json'), 'utf8')
writeFileSync(inRepository('docs/images/demo.svg'), drawRecording(JSON.parse(recording)))
copyFileSync(inRepository('demo/runs/demo/report.html'), inRepository('docs/samples/report.html'))

const patient = samplePatient(await readSplitsCsv(inRepository('demo/data/processed/splits.csv')))
const output = mkdtempSync(join(tmpdir(), 'mammokit-sample-'))
try {
  const study = join('demo', 'data', 'raw', 'train_images', patient)
  const args = ['predict', '--study', study, '--run', join('demo', 'runs', 'demo'), '--output', output]
  const program = inRepository('apps/evaluator/bin/mammokit.js')
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: workspaceRoot, stdio: 'inherit' })
  if (status !== 0) throw new Error(`predict ended with ${status}. Run npm run demo first.`)
  copyFileSync(join(output, 'result.json'), inRepository('docs/samples/result.json'))
} finally {
  rmSync(output, { recursive: true })
}
