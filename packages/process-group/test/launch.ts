/** Starts processes with the launchers of this machine. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface TestLauncher {
  readonly name: string
  readonly command: readonly string[]
  /** Of its MPI: how the version begins, and a file. */
  readonly library: RegExp
  readonly file: string
}

/** Open MPI refuses root without being told; over TCP, as between machines, it needs more care than over shared memory. */
const rootEnv = { OMPI_MCA_btl: 'tcp,self', OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' }

const known: readonly TestLauncher[] = [
  {
    name: 'mpirun of Open MPI',
    command: ['mpirun.openmpi', '--oversubscribe'],
    library: /^Open MPI v/,
    file: 'libmpi.so.40',
  },
  { name: 'mpiexec of MPICH', command: ['mpiexec.hydra'], library: /^MPICH \d/, file: 'libmpich.so.12' },
]

/** Those that are installed, by the names that Debian gives them. */
export function findLaunchers(): TestLauncher[] {
  return known.filter(({ command }) => spawnSync(command[0], ['--version'], { stdio: 'ignore' }).status === 0)
}

/** What the processes wrote, each line one object. */
export function run({ command }: TestLauncher, count: number, task: string, env: Record<string, string> = {}) {
  const [program, ...rest] = command
  const script = fileURLToPath(new URL('./exchange.mjs', import.meta.url))
  const { stdout, status } = spawnSync(program, [...rest, '-n', String(count), process.execPath, script, task], {
    env: { ...process.env, ...rootEnv, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  return { lines, status }
}
