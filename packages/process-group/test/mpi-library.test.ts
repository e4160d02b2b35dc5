import { describe, expect, it } from 'vitest'
import { type Koffi, libraryFiles, loadMpi } from '../src/mpi-library.ts'

/** koffi with a library that says what it is; functions are the types of their parameters. */
function koffiWith(libraries: Readonly<Record<string, string>>): Koffi {
  return {
    config: () => ({ async_stack_size: 2 ** 24 }),
    load(file) {
      const said = libraries[file]
      if (said === undefined) throw new Error(`${file}: cannot open shared object file`)
      return {
        func: (name, _result, parameters) => {
          const fn = (text: Buffer, length: Int32Array): number => {
            length[0] = text.write(said, 'latin1')
            return 0
          }
          return Object.assign(name === 'MPI_Get_library_version' ? fn : () => 0, { async() {}, parameters }) as never
        },
        symbol: (name) => BigInt(name.length),
      }
    },
  }
}

describe('loadMpi', () => {
  it('takes the addresses of variables as handles of Open MPI', () => {
    const said = 'Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4'
    const mpi = loadMpi(koffiWith({ 'libmpi.so.40': said }), ['libmpi.so.40'])
    expect(mpi).toMatchObject({ version: 'Open MPI v4.1.4', inPlace: 1n, sum: 15n, world: 19n })
    expect(mpi.bind('MPI_Comm_rank', ['comm', 'void *'])).toHaveProperty('parameters', ['void *', 'void *'])
  })

  it('takes numbers as handles of MPICH and its relatives', () => {
    const mpich = loadMpi(koffiWith({ 'libmpi.so.12': 'MPICH Version:\t4.0.2\nMPICH Release date: x\n' }), [
      'libmpi.so.12',
    ])
    expect(mpich).toMatchObject({ version: 'MPICH 4.0.2', inPlace: -1n, sum: 0x58000003, world: 0x44000000 })
    const parameters = ['void *', 'int', 'int', 'int', 'int']
    expect(mpich.bind('MPI_Bcast', ['void *', 'int', 'type', 'int', 'comm'])).toHaveProperty('parameters', parameters)
    const intel = loadMpi(koffiWith({ 'libmpi.so.12': 'Intel(R) MPI Library 2021.9 for Linux* OS\n' }), [
      'libmpi.so.12',
    ])
    expect(intel).toMatchObject({ version: 'Intel(R) MPI Library 2021.9 for Linux* OS', sum: 0x58000003 })
  })

  it('tries the library of the launcher first, then the others', () => {
    expect(libraryFiles('open-mpi', 'linux')).toEqual(['libmpi.so.40', 'libmpi.so', 'libmpich.so.12', 'libmpi.so.12'])
    expect(libraryFiles('mpich', 'linux')).toEqual(['libmpich.so.12', 'libmpi.so.12', 'libmpi.so', 'libmpi.so.40'])
    const koffi = koffiWith({ 'libmpi.so.12': 'MPICH Version: 4.1' })
    expect(loadMpi(koffi, libraryFiles(undefined, 'linux')).file).toBe('libmpi.so.12')
  })

  it('says what to install where there is none', () => {
    expect(() => loadMpi(koffiWith({}), ['libmpi.so.40'])).toThrow(
      expect.objectContaining({
        code: 'mpi-missing',
        message:
          'Expected an MPI library for several processes, one of libmpi.so.40, but received: libmpi.so.40: cannot open shared object ' +
          'file. Install Open MPI (Debian: openmpi-bin) or MPICH (mpich), or name its file in MAMMOKIT_MPI_LIBRARY.',
      }),
    )
  })

  it('refuses a library whose handles it does not know', () => {
    expect(() => loadMpi(koffiWith({ 'libmpi.so': 'Microsoft MPI 10.1' }), ['libmpi.so'])).toThrow(
      expect.objectContaining({ code: 'mpi-unknown', details: { file: 'libmpi.so', received: 'Microsoft MPI 10.1' } }),
    )
  })

  it('gives its calls the stack of a thread, or says that it is too late for it', () => {
    let size = 131_072
    const config: Koffi['config'] = (changes) => {
      size = changes?.async_stack_size ?? size
      return { async_stack_size: size }
    }
    const koffi = koffiWith({ 'libmpi.so.12': 'MPICH Version: 4.1' })
    loadMpi({ ...koffi, config }, ['libmpi.so.12'])
    expect(size).toBe(8 * 2 ** 20)
    const late: Koffi['config'] = (changes) => {
      if (changes) throw new Error('Cannot change Koffi configuration once a library has been loaded')
      return { async_stack_size: 131_072 }
    }
    expect(() => loadMpi({ ...koffi, config: late }, [])).toThrow('Join the group before other libraries are loaded.')
  })
})
