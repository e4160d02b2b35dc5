/** Joins the processes that a launcher started. */
import { createRequire } from 'node:module'
import { findLauncher, type Launcher } from './launcher.ts'
import { openMpiGroup } from './mpi-group.ts'
import { type Koffi, libraryFiles, loadMpi } from './mpi-library.ts'
import { type ProcessGroup, singleProcess } from './process-group.ts'
import { ProcessGroupError } from './process-group-error.ts'

/** Options of `joinProcessGroup`. */
export interface ProcessGroupOptions {
  /** How long a call waits for the other processes, ms, up to 2^31 - 1 (24 days). @default 1800000, half an hour */
  readonly timeoutMs?: number
  /** File of the MPI library. @default MAMMOKIT_MPI_LIBRARY of `env`, or the launcher's, by the names that Open MPI and MPICH have on Linux and macOS */
  readonly library?: string
  /** Where the launcher's variables are. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const optionNames = ['timeoutMs', 'library', 'env']

/**
 * Joins the processes that mpirun, mpiexec or srun started with this one; a process that was started alone needs neither MPI nor koffi.
 *
 * @throws {ProcessGroupError} `koffi-missing`, `mpi-missing`, `mpi-unknown`, `mpi-failed`; `size-differs` where the library is not
 * that of the launcher; `stack-too-small`, `bad-option`
 * @example
 * const group = await joinProcessGroup()
 * const values = Float32Array.of(group.rank + 1)
 * await group.sum(values) // Float32Array [1] alone, [3] in mpirun -n 2
 * await group.leave()
 */
export async function joinProcessGroup(options: ProcessGroupOptions = {}): Promise<ProcessGroup> {
  assertOptions(options)
  const { timeoutMs = 30 * 60 * 1000, env = process.env, library = env.MAMMOKIT_MPI_LIBRARY } = options
  const launcher = findLauncher(env)
  if (launcher === undefined) return singleProcess()
  const candidates = library ? [library] : libraryFiles(launcher.implementation, process.platform)
  const mpi = loadMpi(loadKoffi(launcher), candidates)
  const group = openMpiGroup(mpi, timeoutMs)
  if (group.size === launcher.size) return group
  await group.leave()
  throw new ProcessGroupError(
    'size-differs',
    `Expected ${launcher.size} processes, which ${launcher.name} started, but received ${group.size} of ${mpi.version} (${mpi.file}). Start them with the launcher of this library, or name that of the launcher in MAMMOKIT_MPI_LIBRARY.`,
    { expected: launcher.size, received: group.size, launcher: launcher.name, library: mpi.file },
  )
}

function loadKoffi({ name, size }: Launcher): Koffi {
  try {
    return createRequire(import.meta.url)('koffi')
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]
    throw new ProcessGroupError(
      'koffi-missing',
      `Expected koffi for the ${size} processes that ${name} started but received: ${reason}. Run npm install koffi@3, or start one process.`,
      { reason },
    )
  }
}

/** @throws {ProcessGroupError} `bad-option` */
function assertOptions(options: ProcessGroupOptions): void {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name))
  const { timeoutMs = 1 } = options
  if (unknown !== undefined)
    throw badOption(`one of ${optionNames.join(', ')} for an option of joinProcessGroup`, unknown)
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs < 2 ** 31))
    throw badOption('a whole number from 1 to 2^31 - 1 for timeoutMs', timeoutMs)
}

function badOption(expected: string, received: unknown): ProcessGroupError {
  return new ProcessGroupError('bad-option', `Expected ${expected} but received ${String(received)}. Correct it.`, {
    expected,
    received,
  })
}
