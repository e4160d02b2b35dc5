/**
 * `npm run demo:record`: runs the demo and keeps what it prints, with the second at which each line came, in
 * docs/samples/demo-recording.json. `npm run samples` draws it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { workspaceRoot } from '../packages/pack.ts'

const start = performance.now()
const lines: [number, string][] = []
const demo = spawn(process.execPath, [join('tools', 'dist', 'demo', 'demo.js')], {
  cwd: workspaceRoot,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const closed = once(demo, 'close')
for await (const line of createInterface({ input: demo.stdout })) {
  console.log(line)
  // The folder of the clone is nobody's business but its owner's.
  lines.push([Math.round((performance.now() - start) / 100) / 10, line.replaceAll(`${workspaceRoot}/`, '')])
}
// The last line may come before the exit code.
await closed
if (demo.exitCode !== 0) throw new Error(`The demo ended with ${demo.exitCode ?? demo.signalCode}.`)
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.versions.node}`
const text = lines.map((line) => JSON.stringify(line)).join(',\n')
writeFileSync(
  join(workspaceRoot, 'docs/samples/demo-recording.json'),
  `{\n"machine": ${JSON.stringify(machine)},\n"times": "Of each line as it came.",\n"lines": [\n${text}\n]\n}\n`,
)
