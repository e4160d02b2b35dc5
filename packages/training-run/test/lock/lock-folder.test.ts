import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/lock/lock-folder.ts'
import { identifyProcess } from '../../src/lock/process-identity.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const owner = (folder: string) => JSON.parse(readFileSync(join(folder, 'owner-1.json'), 'utf8'))
const change = (folder: string, values: object) =>
  writeFileSync(join(folder, 'owner-1.json'), JSON.stringify({ ...owner(folder), ...values }))

/** The owner file of a process that has ended, or that waits for its standard input to end. */
async function ownedByOther(kill: boolean) {
  const folder = temporaryFolder()
  const script = `
    const { lockFolder } = await import(${JSON.stringify(new URL('../../dist/lock/lock-folder.js', import.meta.url).href)})
    await lockFolder(${JSON.stringify(folder)}, { doing: 'trains', heartbeatMs: 500 })
    process.stdout.write('locked')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  if (kill) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { folder, child }
}

describe('lockFolder', () => {
  it('lets nobody in beside its owner, and leaves nothing when it is released', async () => {
    const folder = join(temporaryFolder(), 'run')
    const lock = await lockFolder(folder, { doing: 'trains' })
    lock.assertHeld()
    const second = lockFolder(folder, { doing: 'trains' })
    await expect(second).rejects.toThrow(`process ${process.pid} on ${hostname()}, which trains since 20`)
    await expect(second).rejects.toMatchObject({ code: 'run-in-use', details: { pid: process.pid, host: hostname() } })
    await lock.release()
    expect(readdirSync(folder)).toEqual([])
    await (await lockFolder(folder, { doing: 'trains' })).release()
  })

  it('excludes a running process and takes over from a killed one at once', async () => {
    const running = await ownedByOther(false)
    await expect(lockFolder(running.folder, { doing: 'trains' })).rejects.toMatchObject({
      code: 'run-in-use',
      details: { pid: running.child.pid },
    })
    running.child.kill('SIGKILL')
    const killed = await ownedByOther(true)
    const said: string[] = []
    const lock = await lockFolder(killed.folder, { doing: 'trains', onWait: (text) => said.push(text) })
    expect(said).toEqual([])
    expect(readdirSync(killed.folder)).toEqual(['owner-2.json'])
    await lock.release()
    expect(readdirSync(killed.folder)).toEqual([])
  })

  it('takes over from a process whose number another one has now', async () => {
    const { folder } = await ownedByOther(true)
    const { pid, scope, host, started } = identifyProcess()
    change(folder, { pid, scope, host, started: started === null ? null : `${Number(started) - 1}`, heartbeatMs: 200 })
    await (await lockFolder(folder, { doing: 'trains' })).release()
  })

  it.each([
    ['of another host', { host: 'elsewhere' }],
    ['of another container', { scope: 'another boot pid:[1]' }],
    ['of a system that tells no start', { started: null, pid: process.pid }],
  ])('watches the heartbeat of an owner %s', async (_, values) => {
    const running = await ownedByOther(false)
    change(running.folder, values)
    const said: string[] = []
    const onWait = (text: string) => said.push(text)
    await expect(lockFolder(running.folder, { doing: 'trains', onWait })).rejects.toMatchObject({ code: 'run-in-use' })
    expect(said[0]).toMatch(/^Waiting 2 s to see whether process \d+ on .*, which trains since .* still works in/)
    running.child.kill('SIGKILL')
    await once(running.child, 'exit')
    await (await lockFolder(running.folder, { doing: 'trains' })).release()
  })

  it('takes over from a process that was killed while it wrote its name', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'owner-1.json'), '')
    await (await lockFolder(folder, { doing: 'trains' })).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('has one winner among many that find a dead owner at the same time', async () => {
    const { folder } = await ownedByOther(true)
    const tries = Array.from({ length: 20 }, () => lockFolder(folder, { doing: 'trains' }))
    const results = await Promise.allSettled(tries)
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(winners).toHaveLength(1)
    await winners[0].release()
  })

  it('says so to an owner that was taken over', async () => {
    const folder = temporaryFolder()
    const lock = await lockFolder(folder, { doing: 'trains' })
    writeFileSync(join(folder, 'owner-2.json'), JSON.stringify({ ...owner(folder), token: 'other', pid: 7 }))
    expect(() => lock.assertHeld()).toThrow('process 7 on')
    await lock.release()
    expect(existsSync(join(folder, 'owner-1.json'))).toBe(false)
  })

  it('has locks of other names beside it', async () => {
    const folder = temporaryFolder()
    const lock = await lockFolder(folder, { doing: 'trains' })
    await (await lockFolder(folder, { doing: 'selects', name: 'selection' })).release()
    lock.assertHeld()
    await lock.release()
  })
})
