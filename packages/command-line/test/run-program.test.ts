import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CommandLineError, type OutputStream } from '../src/index.ts'
import { runTrain } from './program.ts'

const oneLine = (text: string) => text.replace(/\s+/g, ' ')

describe('help', () => {
  it('has description, range and default of every flag, exit code 0', async () => {
    const { code, stdout, stderr } = await runTrain(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const help = oneLine(stdout)
    for (const text of [
      '--config <file> JSON file with any of the keys; flags override it',
      '--data <dir> data folder (default: data)',
      '--weights <file> initial weights (default: none)',
      '--workers <n> threads (integer from 1 to 64; default: 2)',
      '--strict fail at the first image',
      '--columns <json> columns (such as ["cancer"] or ["cancer","age"]; default: ["cancer"])',
      '--lr <rate> learning rate (number > 0; default: 0.0003)',
      '--decay <share> decay (number from 0 to 1; default: none)',
      '--sampling <name|json> order (shuffle, sequential, {"share": number from 0 to 1} or {"factor": number}; default: shuffle)',
      '--schedule <name> schedule (one-cycle or cosine; default: one-cycle)',
    ]) {
      expect(help).toContain(text)
    }
  })

  it('of the program lists the commands, and --version prints the version', async () => {
    const [help, version] = [new PassThrough(), new PassThrough()]
    expect((await runTrain([], undefined, { args: ['--help'], stdout: help })).code).toBe(0)
    expect(oneLine(String(help.read()))).toContain('train [options] Train.')
    expect((await runTrain([], undefined, { args: ['--version'], stdout: version })).code).toBe(0)
    expect(String(version.read())).toBe('1.2.3\n')
  })
})

describe('an argument without a name', () => {
  const flags = { weights: '<file>', data: '--data <dir>' }

  it('is shown in the help, and read whatever stands before and after it', async () => {
    const help = await runTrain(['--help'], undefined, {}, flags)
    expect(oneLine(help.stdout)).toContain('[options] [file]')
    expect(oneLine(help.stdout)).toContain('file initial weights (default: none)')
    for (const args of [
      ['a.bin', '--data', 'd'],
      ['--data', 'd', 'a.bin'],
    ]) {
      expect((await runTrain(args, undefined, {}, flags)).config).toMatchObject({ weights: 'a.bin', data: 'd' })
    }
    expect((await runTrain(['--data', 'd'], undefined, {}, flags)).config).toMatchObject({ weights: null })
  })

  it('is named in errors, and a second one is too many', async () => {
    expect((await runTrain([''], undefined, {}, flags)).stderr).toContain('for <file> but received ""')
    expect(await runTrain(['a', 'b'], undefined, {}, flags)).toMatchObject({ code: 2 })
  })
})

describe('exit codes', () => {
  it('0 for success, 3 where some items failed, or the one that the result has', async () => {
    expect((await runTrain([])).code).toBe(0)
    expect((await runTrain([], async () => ({ failed: 0 }))).code).toBe(0)
    expect((await runTrain([], async () => ({ failed: 2 }))).code).toBe(3)
    expect((await runTrain([], async () => ({ failed: 2, exitCode: 4 }))).code).toBe(4)
  })

  it('1 for a failure, with its message on one line', async () => {
    const { code, stderr } = await runTrain([], async () => {
      throw new Error('Expected a file\n  but received nothing.')
    })
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'demo: Expected a file but received nothing.\n' })
  })

  it('1 with the stack where MAMMOKIT_DEBUG is set', async () => {
    const fail = async () => {
      throw new Error('broken')
    }
    expect((await runTrain([], fail, { env: { MAMMOKIT_DEBUG: '1' } })).stderr).toMatch(/Error: broken\n +at /)
  })

  it.each([
    [['--nonsense'], "unknown option '--nonsense'"],
    [['--lr'], "option '--lr <rate>' argument missing"],
    [['more'], 'too many arguments'],
  ])('2 for %j', async (args, message) => {
    const { code, stderr } = await runTrain(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^demo: .*\n$/)
    expect(stderr).toContain(message)
  })

  it('2 where a command itself refuses its options', async () => {
    const refuse = async () => {
      throw new CommandLineError('invalid-value', 'Expected another fold.')
    }
    expect((await runTrain([], refuse)).code).toBe(2)
  })
})

describe('signals', () => {
  /** Tells the program's own listener, not the test runner's. */
  const send = (name: 'SIGINT' | 'SIGTERM') => process.listeners(name).at(-1)?.(name)
  const untilStopped = async (_: unknown, { signal }: { signal?: AbortSignal }) => {
    setImmediate(() => send('SIGTERM'))
    await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    signal?.throwIfAborted()
  }

  it('SIGTERM asks the command to stop, 143', async () => {
    const { code, stderr } = await runTrain([], untilStopped)
    expect({ code, stderr }).toEqual({
      code: 143,
      stderr: 'demo: stopped by SIGTERM. Run the same command again to continue.\n',
    })
  })

  it.each([
    ['whose cause is the reason', (reason: unknown) => new Error('a library that wraps', { cause: reason })],
    ['with the code aborted', () => Object.assign(new Error('3 of 7 done'), { code: 'aborted' })],
    ['named AbortError', () => new DOMException('aborted', 'AbortError')],
  ])('SIGINT asks the command to stop, 130, also where it throws an error %s', async (_, errorOf) => {
    let reason: unknown
    const { code } = await runTrain([], async (_, { signal }) => {
      send('SIGINT')
      reason = signal?.reason
      throw errorOf(reason)
    })
    expect(code).toBe(130)
    expect(reason).toMatchObject({ code: 'interrupted', details: { signal: 'SIGINT' } })
  })

  it('a command that is done in spite of the signal has succeeded', async () => {
    expect((await runTrain([], async () => void send('SIGINT'))).code).toBe(0)
  })

  it('an error while stopping is told, 1', async () => {
    const { code, stderr } = await runTrain([], async () => {
      send('SIGINT')
      throw new Error('Expected to save the checkpoint but the disk is full.')
    })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'demo: Expected to save the checkpoint but the disk is full.\n',
    })
  })

  it('leaves no listener behind', async () => {
    const names = ['SIGINT', 'SIGTERM', 'exit', 'uncaughtException'] as const
    const count = () => names.map((name) => process.listenerCount(name))
    const before = count()
    await runTrain([])
    expect(count()).toEqual(before)
  })
})

it('goes on when whoever reads stdout has left', async () => {
  const stdout = Object.assign(new EventEmitter(), {
    write() {
      this.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  }) as unknown as OutputStream
  let done = false
  const { code, stderr } = await runTrain(
    [],
    async (_, { progress }) => {
      for (const text of ['one', 'two']) progress.line(text)
      done = true
    },
    { stdout },
  )
  expect({ done, code, stderr }).toEqual({ done: true, code: 0, stderr: '' })
})
