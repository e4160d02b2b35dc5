/** The system's MPI: found, loaded through koffi, and the handles of its own that a call takes. */
import { ProcessGroupError } from './process-group-error.ts'

/** A handle: a pointer in Open MPI, a number in MPICH. */
type Handle = bigint | number

/** The part of koffi's interface that is used here. */
export interface Koffi {
  config(changes?: { readonly async_stack_size: number }): { readonly async_stack_size: number }
  load(path: string, options: { readonly global: boolean }): KoffiLibrary
}

interface KoffiLibrary {
  func(name: string, result: string, parameters: readonly string[]): NativeFunction
  symbol(name: string): bigint
}

export interface NativeFunction {
  (...args: readonly unknown[]): number
  /** On a thread of its own; the last argument is called with its result. */
  readonly async: (...args: readonly unknown[]) => void
}

export interface MpiLibrary {
  /** File that was loaded. */
  readonly file: string
  /** Name and version, such as Open MPI v4.1.4. */
  readonly version: string
  readonly world: Handle
  readonly types: { readonly byte: Handle; readonly float: Handle; readonly double: Handle }
  readonly sum: Handle
  /** Address that stands for the receive buffer where a send buffer is expected. */
  readonly inPlace: bigint
  /** A function of MPI; `comm`, `type` and `op` stand for the C type of a handle. */
  bind(name: string, parameters: readonly string[]): NativeFunction
}

const handleTypes = ['comm', 'type', 'op']

/** Length that holds the text of every implementation: MPI_MAX_LIBRARY_VERSION_STRING is 256 in Open MPI and 8192 in MPICH. */
const versionLength = 8192

/** Stack of a call on a thread of its own, bytes: that of a thread in Linux. koffi's 128 KiB end MPICH with a segmentation fault. */
const stackBytes = 8 * 2 ** 20

/** Files by platform and implementation: the name that a version of the interface has first, then that of the developer's package. */
const files: Readonly<Record<string, Readonly<Record<'open-mpi' | 'mpich', readonly string[]>>>> = {
  linux: { 'open-mpi': ['libmpi.so.40'], mpich: ['libmpich.so.12', 'libmpi.so.12'] },
  darwin: { 'open-mpi': ['libmpi.40.dylib'], mpich: ['libmpi.12.dylib'] },
}

/** The files to try, those of the launcher's implementation first. */
export function libraryFiles(implementation: 'open-mpi' | 'mpich' | undefined, platform: string): string[] {
  const { 'open-mpi': open, mpich } = files[platform] ?? { 'open-mpi': [], mpich: [] }
  const generic = platform === 'darwin' ? 'libmpi.dylib' : 'libmpi.so'
  return implementation === 'mpich' ? [...mpich, generic, ...open] : [...open, generic, ...mpich]
}

/**
 * Loads the first file that is there.
 *
 * @throws {ProcessGroupError} `mpi-missing`, `mpi-unknown`, `stack-too-small`
 */
export function loadMpi(koffi: Koffi, candidates: readonly string[]): MpiLibrary {
  enlargeStack(koffi)
  const reasons: string[] = []
  for (const file of candidates) {
    try {
      // Global: the parts that Open MPI loads itself look for its functions there.
      return describeLibrary(koffi.load(file, { global: true }), file)
    } catch (error) {
      if (error instanceof ProcessGroupError) throw error
      reasons.push((error as Error).message)
    }
  }
  throw new ProcessGroupError(
    'mpi-missing',
    `Expected an MPI library for several processes, one of ${candidates.join(', ')}, but received: ${reasons.join('; ')}. Install Open MPI (Debian: openmpi-bin) or MPICH (mpich), or name its file in MAMMOKIT_MPI_LIBRARY.`,
    { files: candidates, reasons },
  )
}

function enlargeStack(koffi: Koffi): void {
  const { async_stack_size: before } = koffi.config()
  if (before >= stackBytes) return
  try {
    koffi.config({ async_stack_size: stackBytes })
  } catch {
    throw new ProcessGroupError(
      'stack-too-small',
      `Expected an async_stack_size of ${stackBytes} in the configuration of koffi but received ${before}, which cannot change after a library was loaded. Join the group before other libraries are loaded.`,
      { expected: stackBytes, received: before },
    )
  }
}

function describeLibrary(library: KoffiLibrary, file: string): MpiLibrary {
  const text = Buffer.alloc(versionLength)
  const length = new Int32Array(1)
  library.func('MPI_Get_library_version', 'int', ['void *', 'void *'])(text, length)
  const said = text.toString('latin1', 0, length[0])
  if (said.startsWith('Open MPI')) return openMpi(library, file, said.split(/[,\0]/)[0])
  // The common ABI of MPICH, Intel MPI, MVAPICH and Cray MPICH: https://www.mpich.org/abi
  if (/MPICH|Intel\(R\) MPI|MVAPICH/i.test(said)) return mpich(library, file, said)
  const received = said.slice(0, 80).trim()
  throw new ProcessGroupError(
    'mpi-unknown',
    `Expected Open MPI, MPICH, Intel MPI or MVAPICH in ${file} but received ${received}. Name the file of one of these in MAMMOKIT_MPI_LIBRARY.`,
    { file, received },
  )
}

/** Handles are addresses of variables of the library: mpi.h, OMPI_PREDEFINED_GLOBAL. */
function openMpi(library: KoffiLibrary, file: string, version: string): MpiLibrary {
  const address = (name: string) => library.symbol(`ompi_${name}`)
  return {
    file,
    version,
    bind: binder(library, 'void *'),
    world: address('mpi_comm_world'),
    types: { byte: address('mpi_byte'), float: address('mpi_float'), double: address('mpi_double') },
    sum: address('mpi_op_sum'),
    inPlace: 1n,
  }
}

/** Handles are numbers: mpi.h of MPICH. */
function mpich(library: KoffiLibrary, file: string, said: string): MpiLibrary {
  const number = /MPICH Version:\s*(\S+)/.exec(said)?.[1]
  return {
    file,
    bind: binder(library, 'int'),
    version: number === undefined ? said.split(/[\n\0]/)[0].trim() : `MPICH ${number}`,
    world: 0x44000000,
    types: { byte: 0x4c00010d, float: 0x4c00040a, double: 0x4c00080b },
    sum: 0x58000003,
    inPlace: -1n,
  }
}

function binder(library: KoffiLibrary, handle: string): MpiLibrary['bind'] {
  return (name, parameters) =>
    library.func(
      name,
      'int',
      parameters.map((parameter) => (handleTypes.includes(parameter) ? handle : parameter)),
    )
}
