/** Which process this is, and whether another one still runs: a process id alone is given to a new process after a restart. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Where the process id is valid: the boot of the machine and the process namespace (of a container); null where the system tells neither. */
  readonly scope: string | null
  /** When the process was started, in the system's own count; null where the system does not tell. */
  readonly started: string | null
}

/** Identifies this process. */
export function identifyProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), scope: readScope(), started: readStart(process.pid)?.started ?? null }
}

/**
 * Whether a process runs: `'unknown'` where only its heartbeat can tell, as for one of another host.
 *
 * @example
 * probeProcess(identifyProcess()) // 'alive'
 */
export function probeProcess(other: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (other.host !== hostname() || other.scope !== readScope()) return 'unknown'
  if (!isRunning(other.pid)) return 'dead'
  const now = readStart(other.pid)
  if (now === undefined || other.started === null) return 'unknown'
  return now.started === other.started && !now.isZombie ? 'alive' : 'dead'
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it runs, as another user
  }
}

function readScope(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null // no Linux
  }
}

/** Fields 3 (state) and 22 (starttime) of proc_pid_stat(5); the second field, the name, may hold spaces and brackets. */
function readStart(pid: number): { started: string; isZombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { started: fields[19], isZombie: fields[0] === 'Z' || fields[0] === 'X' }
  } catch {
    return undefined
  }
}
