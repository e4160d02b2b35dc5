import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openSpool, type Spool, StudyError, startWorkLoop } from '../../src/index.ts'
import { temporaryFolder } from '../study-files.ts'
import { emptySpool, listingAnswer, loopOf, objectFile, resultOf, stateBecomes, study } from './small-objects.ts'

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => (error instanceof StudyError ? error.code : error),
  )

describe('receive', () => {
  test('keeps the bytes as they came, by study and image, under names that tell neither', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    const [one, two] = [objectFile(1), objectFile(2, 2, '1.2.3.200')]
    async function* pieces() {
      for (let at = 0; at < one.length; at += 1000) yield one.subarray(at, at + 1000)
    }
    expect(await spool.receive(pieces())).toMatchObject({ studyInstanceUid: study, bytes: one.length })
    await spool.receive(two)
    const files = filesOf(spool.folder)
    expect(files).toHaveLength(2)
    for (const file of files) expect(file).toMatch(/^studies\/[0-9a-f]{32}\/objects\/[0-9a-f]{32}-[0-9a-f]{32}\.dcm$/)
    const contents = files.map((file) => readFileSync(join(spool.folder, file)))
    expect(contents.some((bytes) => bytes.equals(one)) && contents.some((bytes) => bytes.equals(two))).toBe(true)
    expect(spool.stateOf(study)).toMatchObject({ state: 'received', objects: 1, folder: null })
    expect(spool.stateOf('1.2.3.4')).toBeUndefined()
    expect(spool.summary()).toEqual({ studies: { received: 2 }, bytes: one.length + two.length })
  })

  test('leaves nothing of what is no object, breaks off, or is another one than was announced', async () => {
    const spool = await emptySpool()
    async function* broken() {
      yield objectFile(1).subarray(0, 5000)
      throw new RangeError('gone')
    }
    await expect(spool.receive(broken())).rejects.toThrow(RangeError)
    expect(await codeOf(spool.receive(new Uint8Array(5000)))).toBe('bad-object')
    expect(await codeOf(spool.receive(new Uint8Array(0)))).toBe('bad-object')
    expect(await codeOf(spool.receive(objectFile(1), { sopInstanceUid: '1.2.3.9' }))).toBe('bad-object')
    expect(await codeOf(spool.receive(objectFile(1), { sopClassUid: '1.2.3.9' }))).toBe('bad-object')
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
      'base64',
    )
    expect(await codeOf(spool.receive(png))).toBe('bad-object')
    expect(filesOf(spool.folder)).toEqual([])
    expect(spool.summary()).toEqual({ studies: {}, bytes: 0 })
    expect(spool.studies.size).toBe(0)
  })

  test('takes a picture for the study, side and view that its sender names', async () => {
    const spool = await emptySpool()
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
      'base64',
    )
    const facts = { studyInstanceUid: '../../etc', laterality: 'L', view: 'CC' } as const
    await spool.receive(png, facts)
    await spool.receive(png, { ...facts, laterality: 'R' })
    expect(
      filesOf(spool.folder).map((name) => name.replace(/^studies\/[0-9a-f]{32}\/objects\/[0-9a-f-]+/, '')),
    ).toEqual(expect.arrayContaining(['_L_CC.img', '_R_CC.img']))
    expect(spool.stateOf('../../etc')?.objects).toBe(2)
    expect(await codeOf(spool.receive(png, { ...facts, view: '/../x' }))).toBe('bad-object')
  })

  test('refuses beyond its limits, gives the bytes back, and takes again what it has', async () => {
    const size = objectFile(1).length
    const limits = { objectBytes: size, objectsPerStudy: 2, waitingStudies: 1, spoolBytes: 3 * size }
    const spool = await emptySpool({ limits, quietSeconds: 60 })
    expect(await codeOf(spool.receive(Buffer.concat([objectFile(1), Buffer.alloc(2)])))).toBe('too-large')
    await spool.receive(objectFile(1))
    await spool.receive(objectFile(2))
    await spool.receive(objectFile(2))
    expect(await codeOf(spool.receive(objectFile(3)))).toBe('too-many-objects')
    expect(await codeOf(spool.receive(objectFile(4, 4, '1.2.3.200')))).toBe('spool-full')
    expect(spool.summary()).toEqual({ studies: { received: 1 }, bytes: 2 * size })
    const small = await emptySpool({ limits: { spoolBytes: size + 1 } })
    await small.receive(objectFile(1))
    expect(await codeOf(small.receive(objectFile(2)))).toBe('spool-full')
    const noSpace = await emptySpool({ limits: { freeBytes: 2 ** 52 } })
    expect(await codeOf(noSpace.receive(objectFile(1)))).toBe('spool-full')
    await expect(openSpool('x', { limits: { objectBytes: 0 } })).rejects.toMatchObject({ code: 'bad-option' })
  })

  test('a spool that is opened again has what it had, without what was being received', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    await spool.receive(objectFile(1))
    await writeFile(join(spool.folder, 'incoming/x.partial'), 'half')
    await spool.close()
    expect(await codeOf(spool.receive(objectFile(2)))).toBe('spool-closed')
    const again = await openSpool(spool.folder, { quietSeconds: 60 })
    expect(again.summary()).toEqual(spool.summary())
    expect(filesOf(again.folder)).toHaveLength(1)
  })
})

describe('the work loop', () => {
  test('answers a study once it is quiet, and again when another image comes', async () => {
    const spool = await emptySpool({ quietSeconds: 1.5 })
    const { answer, jobs } = listingAnswer()
    const loop = loopOf(spool, { answer })
    await spool.receive(objectFile(1))
    await setTimeout(100)
    await spool.receive(objectFile(2))
    await setTimeout(100)
    expect(jobs).toHaveLength(0)
    await stateBecomes(spool, 'answered')
    expect(jobs.map(({ files }) => files.length)).toEqual([2])
    await spool.receive(objectFile(2)) // the same again is no news
    await setTimeout(200)
    expect(jobs).toHaveLength(1)
    await spool.receive(objectFile(3))
    expect(spool.stateOf(study)).toMatchObject({ state: 'received', answerNumber: 1 })
    await stateBecomes(spool, 'answered')
    expect(spool.stateOf(study)).toMatchObject({ answerNumber: 2, objects: 3 })
    expect(jobs[1].reports.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2.25.1'])
    expect(await resultOf(spool)).toHaveLength(3)
    await loop.stop()
    expect(readdirSync(join(spool.stateOf(study)!.folder!, '..'))).toEqual(['2'])
  })

  test('objects of one SOP Instance UID with other bytes are all kept and answered, whatever came last', async () => {
    const spool = await emptySpool()
    const { answer } = listingAnswer()
    const loop = loopOf(spool, { answer })
    const files = [objectFile(1, 7), objectFile(1, 8)]
    await spool.receive(files[0]!)
    await stateBecomes(spool, 'answered')
    await spool.receive(files[1]!)
    await spool.receive(files[0]!) // the same again is no news
    await stateBecomes(spool, 'answered')
    await loop.stop()
    const answered = ((await resultOf(spool)) as string[]).map((path) => readFileSync(path))
    expect(answered).toHaveLength(2)
    for (const file of files) expect(answered.some((bytes) => bytes.equals(file))).toBe(true)
    expect(spool.stateOf(study)?.objects).toBe(2)
  })

  test('tries again after an error, fails after the last try, and tries again what is sent again', async () => {
    const spool = await emptySpool()
    let calls = 0
    const answer = async () => {
      calls++
      throw new Error('no luck')
    }
    const events: unknown[] = []
    loopOf(spool, { answer, onEvent: ({ kind, code }) => events.push([kind, code]) })
    await spool.receive(objectFile(1))
    await stateBecomes(spool, 'failed')
    expect(spool.stateOf(study)).toMatchObject({ code: 'error', reason: 'no luck', folder: null })
    expect(calls).toBe(3)
    const [working, retry] = [
      ['working', null],
      ['retry', 'error'],
    ]
    expect(events).toEqual([working, retry, working, retry, working, ['failed', 'error']])
    await spool.receive(objectFile(1))
    while (calls < 6) await setTimeout(5)
  })

  test('ends a study whose time is over, and works on the next one', async () => {
    const spool = await emptySpool()
    const { answer } = listingAnswer()
    const slow = (job: Parameters<typeof answer>[0]) =>
      job.studyKey === spool.studies.keys().next().value
        ? new Promise<never>((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)))
        : answer(job)
    await spool.receive(objectFile(1))
    await spool.receive(objectFile(2, 2, '1.2.3.200'))
    loopOf(spool, { answer: slow, timeoutSeconds: 0.1 })
    await stateBecomes(spool, 'answered', '1.2.3.200')
    expect(spool.stateOf(study)).toMatchObject({ state: 'failed', code: 'timeout' })
  })

  test('stopped just before the work begins it calls nobody', async () => {
    const spool = await emptySpool()
    let calls = 0
    const waits = (job: { signal: AbortSignal }) => {
      calls++
      return new Promise<never>((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)))
    }
    let stopped: Promise<void> | undefined
    const loop = startWorkLoop(spool, {
      answer: waits,
      onEvent({ kind }) {
        if (kind === 'working') stopped ??= loop.stop()
      },
    })
    await spool.receive(objectFile(1))
    while (stopped === undefined) await setTimeout(5)
    const late = setTimeout(5000, 'still at work', { ref: false })
    expect(await Promise.race([stopped, late])).toBeUndefined()
    expect([calls, spool.stateOf(study)?.state]).toEqual([0, 'waiting'])
  })

  test('a full disk fails no study', async () => {
    const spool = await emptySpool()
    let calls = 0
    const { answer } = listingAnswer()
    const full: typeof answer = async (job) => {
      if (++calls < 6) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      return answer(job)
    }
    loopOf(spool, { answer: full, tries: 2 })
    await spool.receive(objectFile(1))
    await stateBecomes(spool, 'answered')
  })

  test('stopped in the middle it leaves no answer, and the next loop gives one', async () => {
    const spool = await emptySpool()
    const { answer, jobs } = listingAnswer()
    const waits = (job: Parameters<typeof answer>[0]) =>
      new Promise<never>((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)))
    const first = loopOf(spool, { answer: waits, tries: 1 })
    await spool.receive(objectFile(1))
    await stateBecomes(spool, 'working')
    await first.stop()
    expect(spool.stateOf(study)?.state).toBe('waiting')
    const again = await openSpool(spool.folder, { quietSeconds: 0 })
    loopOf(again, { answer, tries: 1 })
    await stateBecomes(again, 'answered')
    expect(jobs).toHaveLength(1)
  })

  test('after keepDays as many images of one SOP Instance UID must come again as there were', async () => {
    const spool = await emptySpool()
    const { answer } = listingAnswer()
    const sendAndWork = async (seeds: readonly number[], state: string) => {
      for (const seed of seeds) await spool.receive(objectFile(1, seed))
      const loop = loopOf(spool, { answer, keepDays: 0 })
      await stateBecomes(spool, state)
      await loop.stop()
    }
    await sendAndWork([1, 2], 'answered')
    await sendAndWork([3], 'refused')
    await sendAndWork([4], 'answered')
  })

  test('keepDays 0 removes the images, and a late one waits for the others', async () => {
    const spool = await emptySpool()
    const { answer, jobs } = listingAnswer()
    const sendAndWork = async (numbers: readonly number[], state: string) => {
      for (const number of numbers) await spool.receive(objectFile(number))
      const loop = loopOf(spool, { answer, keepDays: 0 })
      await stateBecomes(spool, state)
      await loop.stop()
    }
    await sendAndWork([1, 2], 'answered')
    expect(spool.summary().bytes).toBe(0)
    const left = filesOf(spool.folder).map((name) => name.split('/').slice(2).join('/'))
    expect(left).toEqual(['answers/1/result.json', 'study.json'])
    await sendAndWork([3], 'refused')
    expect(spool.stateOf(study)).toMatchObject({ code: 'incomplete', answerNumber: 1 })
    await sendAndWork([1, 2], 'answered')
    expect(jobs.map(({ files }) => files.length)).toEqual([2, 3])
    expect(spool.summary().bytes).toBe(0)
  })
})

describe('a record that cannot be read', () => {
  test.each(['', '{"recordVersion":1', 'null', '{"recordVersion":1,"answer":7}'])(
    '(%s) is kept aside, the study fails by name, nothing is answered or removed until it is sent again',
    async (spoiled) => {
      const spool = await emptySpool()
      const { answer, jobs } = listingAnswer()
      const loop = loopOf(spool, { answer })
      await spool.receive(objectFile(1))
      await stateBecomes(spool, 'answered')
      await loop.stop()
      const [{ folder, key }] = [...spool.studies.values()]
      await writeFile(join(folder, 'study.json'), spoiled)
      const named: string[] = []
      const again = await openSpool(spool.folder, { quietSeconds: 0, onUnreadable: (name) => named.push(name) })
      expect(named).toEqual([key])
      const [aside] = readdirSync(folder).filter((name) => name.startsWith('study.json.unreadable-'))
      expect(readFileSync(join(folder, aside!), 'utf8')).toBe(spoiled)
      expect(again.stateOf(study)).toMatchObject({
        state: 'failed',
        code: 'unreadable-record',
        objects: 1,
        folder: null,
        reason: expect.stringContaining(aside!),
      })
      const idle = loopOf(again, { answer })
      await setTimeout(50)
      await idle.stop()
      expect([jobs.length, readdirSync(join(folder, 'answers'))]).toEqual([1, ['1']])
      await again.receive(objectFile(1))
      loopOf(again, { answer })
      await stateBecomes(again, 'answered')
      expect(jobs).toHaveLength(2)
    },
  )
})

const entry = (name: string) => JSON.stringify(new URL(`../../dist/spool/${name}.js`, import.meta.url).href)

/** Receives three images and answers, in a child that ends itself before its call number `calls` of the file system. */
function runAndKill(
  folder: string,
  inputs: readonly string[],
  calls: number,
  more = '',
): { killed: boolean; acknowledged: number } {
  const script = `
    import promises from 'node:fs/promises'
    import { syncBuiltinESMExports } from 'node:module'
    import { writeSync } from 'node:fs'
    const { openSpool } = await import(${entry('open-spool')})
    const { startWorkLoop } = await import(${entry('work-loop')})
    let left = ${calls}
    const die = () => process.kill(process.pid, 'SIGKILL')
    const count = (object, name) => {
      const call = object[name]
      object[name] = function (...values) {
        if (left-- === 0) die()
        return call.apply(this, values)
      }
    }
    const handle = await promises.open('.')
    for (const name of ['writeFile', 'sync']) count(Object.getPrototypeOf(handle), name)
    for (const name of ['mkdir', 'open', 'rename', 'rm', 'writeFile']) count(promises, name)
    syncBuiltinESMExports()
    const { readFile, writeFile } = promises
    const spool = await openSpool(${JSON.stringify(folder)}, { quietSeconds: 0 })
    for (const path of ${JSON.stringify(inputs)}) {
      await spool.receive([await readFile(path)])
      writeSync(1, '.')
    }
    const answer = async (job) => {
      ${more}
      await writeFile(job.folder + '/result.json', JSON.stringify([job.files.length, job.reports.length]))
      return { outcome: 'answered', reason: null, reports: [{ sopInstanceUid: '2.25.1', seriesInstanceUid: '2.25.9', predecessors: [] }] }
    }
    const loop = startWorkLoop(spool, { answer, tries: 2 })
    const isDone = () => ['answered', 'failed'].includes([...spool.studies.values()][0].state().state)
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1))
    await loop.stop()`
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(stderr)
  return { killed: signal === 'SIGKILL', acknowledged: stdout.length }
}

describe('a process that is killed', () => {
  test('loses no object that it acknowledged and doubles no answer, whatever it was doing', async () => {
    const inputs: string[] = []
    const source = await temporaryFolder()
    for (const number of [1, 2, 3]) {
      inputs.push(join(source, String(number)))
      await writeFile(inputs.at(-1)!, objectFile(number))
    }
    let killed = true
    let kills = 0
    for (let calls = 0; killed; calls += 6) {
      const folder = join(await temporaryFolder(), 'spool')
      const run = runAndKill(folder, inputs, calls)
      killed = run.killed
      kills += Number(killed)
      const spool: Spool = await openSpool(folder, { quietSeconds: 0 })
      const objects = filesOf(folder).filter((name) => name.includes('/objects/'))
      const whole = inputs.map((path) => readFileSync(path))
      for (const name of objects)
        expect(whole.some((bytes) => bytes.equals(readFileSync(join(folder, name))))).toBe(true)
      expect(objects.length, `after call ${calls}`).toBeGreaterThanOrEqual(run.acknowledged)
      // Who got no answer to an object sends it again.
      const before = spool.stateOf(study)?.answerNumber ?? 0
      const { answer, jobs } = listingAnswer()
      const loop = loopOf(spool, { answer })
      for (const path of inputs.slice(run.acknowledged)) await spool.receive(readFileSync(path))
      await stateBecomes(spool, 'answered')
      await loop.stop()
      expect(spool.stateOf(study), `after call ${calls}`).toMatchObject({
        objects: 3,
        answerNumber: before + jobs.length,
      })
      if (run.acknowledged === 3) expect(before + jobs.length, `after call ${calls}`).toBe(1)
      const { answerNumber, folder: answered } = spool.stateOf(study)!
      expect(readdirSync(join(answered!, '..'))).toEqual([String(answerNumber)])
      expect(readdirSync(join(folder, 'incoming'))).toEqual([])
    }
    expect(kills).toBeGreaterThan(6)
  })

  test('by a study gives it up after its tries, and names it', async () => {
    const source = join(await temporaryFolder(), '1')
    await writeFile(source, objectFile(1))
    const folder = join(await temporaryFolder(), 'spool')
    for (const inputs of [[source], []]) expect(runAndKill(folder, inputs, 1e9, 'die()').killed).toBe(true)
    expect(runAndKill(folder, [], 1e9, 'die()').killed).toBe(false)
    const spool = await openSpool(folder)
    expect(spool.stateOf(study)).toMatchObject({
      state: 'failed',
      code: 'crashed',
      reason: expect.stringMatching(/ended 2 times/),
    })
  })
})
