import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { joinProcessGroup, singleProcess } from '../src/index.ts'
import { findLaunchers, run } from './launch.ts'

const launchers = findLaunchers()
const hasKoffi = isInstalled('koffi')

function isInstalled(name: string): boolean {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  return folders.some((folder) => existsSync(`${folder}/${name}`))
}

describe('joinProcessGroup', () => {
  it('returns a process alone where no launcher started it, without koffi and MPI', async () => {
    const group = await joinProcessGroup({ env: {} })
    expect(group).toMatchObject({ rank: 0, size: 1, library: null })
    const values = Float32Array.of(1, 2)
    await group.sum(values)
    await group.broadcast(values)
    expect([...values]).toEqual([1, 2])
    await group.leave()
    expect(singleProcess().size).toBe(1)
  })

  it.skipIf(hasKoffi)('says what to install where koffi is missing', async () => {
    const env = { OMPI_COMM_WORLD_SIZE: '2', OMPI_COMM_WORLD_RANK: '0' }
    await expect(joinProcessGroup({ env })).rejects.toMatchObject({
      code: 'koffi-missing',
      message: expect.stringMatching(
        /^Expected koffi for the 2 processes that mpirun of Open MPI started .* Run npm install koffi@3/,
      ),
    })
  })

  it('refuses an option that does not exist, and a time that is none', async () => {
    await expect(joinProcessGroup({ timeout: 5 } as object)).rejects.toMatchObject({ code: 'bad-option' })
    await expect(joinProcessGroup({ timeoutMs: 0 })).rejects.toThrow('for timeoutMs but received 0')
  })
})

describe.skipIf(!hasKoffi || launchers.length === 0).each(launchers)('processes that $name started', (launcher) => {
  it('receive the sums of all and the values of rank 0, while other work goes on', () => {
    const { lines, status } = run(launcher, 3, 'exchange')
    expect(status).toBe(0)
    expect(lines.map(({ rank }) => rank).sort()).toEqual([0, 1, 2])
    for (const line of lines)
      expect(line).toMatchObject({
        size: 3,
        library: expect.stringMatching(launcher.library),
        bytes: [7, 8],
        sums: [6],
        floats: [expect.closeTo(0.6, 6), 7, -3],
      })
    expect(lines.find(({ rank }) => rank === 0)).toMatchObject({ busy: true })
    expect(new Set(lines.map(({ floats }) => JSON.stringify(floats))).size).toBe(1)
  })

  it('all end where one aborts', () => {
    expect(run(launcher, 2, 'abort').status).not.toBe(0)
  })

  it('name the call that one of them never reached', () => {
    const { lines, status } = run(launcher, 2, 'late')
    expect(status).not.toBe(0)
    expect(lines).toEqual([
      {
        code: 'timed-out',
        message:
          'Expected all 2 processes to reach the same sum within 0.5 s but received no answer of some. ' +
          'Look for one that ended or hangs, and start all again.',
      },
    ])
  })
})

describe.skipIf(!hasKoffi || launchers.length < 2)('processes of one MPI with the library of another', () => {
  it('are refused: each would be alone', () => {
    const [open, mpich] = launchers
    const env = { MAMMOKIT_MPI_LIBRARY: open.file }
    expect(run(mpich, 2, 'exchange', env).lines[0]).toMatchObject({
      code: 'size-differs',
      message: expect.stringContaining(
        'Expected 2 processes, which mpiexec of MPICH started, but received 1 of Open MPI',
      ),
    })
  })
})
