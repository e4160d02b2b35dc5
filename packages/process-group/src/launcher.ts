/** What the launcher of this process said in its environment: how many processes it started, and which MPI it belongs to. */

export interface Launcher {
  /** For an error. */
  readonly name: string
  readonly size: number
  readonly rank: number
  readonly implementation: 'open-mpi' | 'mpich' | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Variables with size and rank; the first launcher whose variables are there counts. */
const launchers = [
  // mpirun of Open MPI: https://docs.open-mpi.org/en/v5.0.x/tuning-apps/environment-var.html
  {
    name: 'mpirun of Open MPI',
    variables: ['OMPI_COMM_WORLD_SIZE', 'OMPI_COMM_WORLD_RANK'],
    implementation: 'open-mpi',
  },
  // Hydra, the launcher of MPICH, Intel MPI and MVAPICH, and srun --mpi=pmi2.
  { name: 'mpiexec of MPICH', variables: ['PMI_SIZE', 'PMI_RANK'], implementation: 'mpich' },
  // A step of srun; the batch script itself has no step: https://slurm.schedmd.com/srun.html
  { name: 'srun', variables: ['SLURM_STEP_NUM_TASKS', 'SLURM_PROCID'], implementation: undefined },
] as const

/** The launcher that started several processes, this one among them; undefined for a process that was started alone. */
export function findLauncher(env: Environment): Launcher | undefined {
  for (const { name, variables, implementation } of launchers) {
    const [size, rank] = variables.map((variable) => Number(env[variable] ?? Number.NaN))
    if (Number.isNaN(size)) continue
    // mpirun -n 1 within a step of srun: the process is alone, whatever the step has.
    if (size <= 1) return undefined
    // Slurm sets the variables of PMI too; which MPI the program uses is not known then.
    return { name, size, rank, implementation: env.SLURM_STEP_ID === undefined ? implementation : undefined }
  }
  return undefined
}
