/** `mammokit-evaluator serve` as a process of its own, and the memory that it takes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { workspaceRoot } from '../../packages/pack.ts'

export interface ServiceProcess {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string
  readonly dicomPort: number
  /** MiB in memory now; none where the system does not say. */
  memory(): number | undefined
  /** Of all its threads so far; none where the system does not say. */
  processorSeconds(): number | undefined
  stop(): Promise<void>
}

/** @param flags beside those for the two ports */
export async function startService(flags: readonly string[]): Promise<ServiceProcess> {
  const [httpPort, dicomPort] = [await freePort(), await freePort()]
  const program = join(workspaceRoot, 'apps/evaluator/bin/mammokit.js')
  const args = [program, 'serve', '--http-port', `${httpPort}`, '--dicom-port', `${dicomPort}`, ...flags]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-4000)
  })
  const url = `http://127.0.0.1:${httpPort}`
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`Expected serve to run but it ended with ${child.exitCode}: ${said}`)
    await setTimeout(100)
  }
  return {
    url,
    dicomPort,
    memory: () => memoryOf(child.pid!),
    processorSeconds: () => processorSecondsOf(child.pid!),
    async stop() {
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function memoryOf(pid: number): number | undefined {
  const path = `/proc/${pid}/status`
  const kibibytes = existsSync(path) ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1] : undefined
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
}

/** Fields 14 and 15 of proc_pid_stat(5), user and system time, in hundredths of a second on Linux; field 2 is a name in brackets. */
function processorSecondsOf(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return undefined
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
