import { describe, expect, it } from 'vitest'
import { findLauncher } from '../src/launcher.ts'

describe('findLauncher', () => {
  it('reads size and rank that mpirun of Open MPI, mpiexec of MPICH and srun set', () => {
    expect(findLauncher({ OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '3' })).toEqual({
      name: 'mpirun of Open MPI',
      size: 4,
      rank: 3,
      implementation: 'open-mpi',
    })
    expect(findLauncher({ PMI_SIZE: '2', PMI_RANK: '1' })).toMatchObject({ size: 2, rank: 1, implementation: 'mpich' })
    expect(findLauncher({ SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '8', SLURM_PROCID: '5' })).toEqual({
      name: 'srun',
      size: 8,
      rank: 5,
      implementation: undefined,
    })
  })

  it('knows no implementation where srun sets the variables of PMI', () => {
    const env = { SLURM_STEP_ID: '0', PMI_SIZE: '8', PMI_RANK: '5' }
    expect(findLauncher(env)).toMatchObject({ size: 8, implementation: undefined })
  })

  it('finds none for a process alone, in a group of one, and in the batch script of a job of several tasks', () => {
    expect(findLauncher({})).toBeUndefined()
    expect(findLauncher({ OMPI_COMM_WORLD_SIZE: '1', OMPI_COMM_WORLD_RANK: '0' })).toBeUndefined()
    const step = { SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '8', SLURM_PROCID: '0' }
    expect(findLauncher({ ...step, OMPI_COMM_WORLD_SIZE: '1', OMPI_COMM_WORLD_RANK: '0' })).toBeUndefined()
    expect(findLauncher({ SLURM_JOB_ID: '17', SLURM_NTASKS: '8', SLURM_PROCID: '0' })).toBeUndefined()
  })
})
