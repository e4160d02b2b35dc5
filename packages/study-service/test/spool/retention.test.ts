import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Spool, WorkOptions } from '../../src/index.ts'
import { tidyStudy } from '../../src/spool/retention.ts'
import { emptySpool, listingAnswer, loopOf, objectFile, stateBecomes, study } from './small-objects.ts'

const dayMs = 86_400_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

async function work(spool: Spool, state: string, options: WorkOptions): Promise<void> {
  const loop = loopOf(spool, options)
  await stateBecomes(spool, state)
  await loop.stop()
}

const tidy = (spool: Spool, keepDays = 7) =>
  tidyStudy(spool, [...spool.studies.values()][0], {
    keepDays,
    keepResultDays: 30,
    keepRecordDays: 365,
    isDelivered: async () => true,
  })

const receive = async (spool: Spool, numbers: readonly number[]) => {
  for (const number of numbers) await spool.receive(objectFile(number))
}

describe('retention', () => {
  test('a study that is sent again after its answer was removed is answered again, once it is whole', async () => {
    const spool = await emptySpool()
    const { answer, jobs } = listingAnswer()
    await receive(spool, [1, 2])
    await work(spool, 'expired', { answer, keepDays: 0, keepResultDays: 0 })
    await receive(spool, [1])
    await work(spool, 'refused', { answer })
    expect(spool.stateOf(study)).toMatchObject({ code: 'incomplete' })
    await receive(spool, [2])
    await work(spool, 'answered', { answer })
    expect(jobs.map(({ files }) => files.length)).toEqual([2, 2])
    expect(spool.stateOf(study)).toMatchObject({ answerNumber: 2 })
  })

  test('an answer before a failure goes in its time, and is not replaced by one of the late images alone', async () => {
    const spool = await emptySpool()
    const { answer } = listingAnswer()
    const fail = async () => {
      throw new Error('no luck')
    }
    await receive(spool, [1])
    await work(spool, 'answered', { answer })
    await receive(spool, [2])
    await work(spool, 'failed', { answer: fail, tries: 1 })
    pass(8 * dayMs)
    await tidy(spool)
    expect([spool.summary().bytes, spool.stateOf(study)]).toMatchObject([0, { state: 'failed', answerNumber: 1 }])
    await receive(spool, [2])
    await work(spool, 'refused', { answer })
    expect(spool.stateOf(study)).toMatchObject({ code: 'incomplete' })
    pass(31 * dayMs)
    await tidy(spool)
    expect(readdirSync([...spool.studies.values()][0].folder)).toEqual(['objects', 'study.json'])
    expect(spool.stateOf(study)).toMatchObject({ state: 'refused', folder: null })
  })

  test('images that come again stay until the study is quiet: a late one may follow them', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    const { answer, jobs } = listingAnswer()
    await receive(spool, [1])
    pass(61_000)
    await work(spool, 'answered', { answer, keepDays: 0 })
    await receive(spool, [1])
    pass(30_000)
    await tidy(spool, 0)
    await receive(spool, [2])
    pass(61_000)
    await work(spool, 'answered', { answer, keepDays: 0 })
    expect(jobs.map(({ files }) => files.length)).toEqual([1, 2])
    await receive(spool, [2])
    pass(61_000)
    await tidy(spool, 0)
    expect(spool.summary().bytes).toBe(0)
  })
})

test('the record of a study goes in its time, with all of its folder, and the study is then a new one', async () => {
  const spool = await emptySpool()
  const { answer, jobs } = listingAnswer()
  await receive(spool, [1])
  await work(spool, 'answered', { answer })
  const [first] = [...spool.studies.values()]
  pass(394 * dayMs)
  await tidy(spool)
  expect([spool.stateOf(study)?.state, readdirSync(first.folder)]).toEqual(['expired', ['objects', 'study.json']])
  pass(2 * dayMs)
  await tidy(spool)
  expect([spool.stateOf(study), spool.studies.size, readdirSync(join(first.folder, '..'))]).toEqual([undefined, 0, []])
  await receive(spool, [1])
  await work(spool, 'answered', { answer })
  expect(jobs).toHaveLength(2)
  expect(spool.stateOf(study)).toMatchObject({ answerNumber: 1 })
})

test('the record of a failed study goes as well, and what was not delivered yet stays', async () => {
  const spool = await emptySpool()
  await receive(spool, [1])
  await work(spool, 'failed', { answer: () => Promise.reject(new Error('no luck')), tries: 1 })
  pass(394 * dayMs)
  await tidy(spool)
  expect(spool.stateOf(study)).toMatchObject({ state: 'failed', objects: 0 })
  pass(2 * dayMs)
  await tidy(spool)
  expect(spool.studies.size).toBe(0)
  await receive(spool, [2])
  await work(spool, 'answered', listingAnswer())
  pass(1000 * dayMs)
  const retention = { keepDays: 0, keepResultDays: 0, keepRecordDays: 0 }
  const [entry] = [...spool.studies.values()]
  await tidyStudy(spool, entry, { ...retention, isDelivered: async () => false })
  expect(readdirSync(join(entry.folder, 'answers'))).toEqual(['1'])
  await tidyStudy(spool, entry, { ...retention, isDelivered: async () => true })
  expect([spool.studies.size, existsSync(entry.folder)]).toEqual([0, false])
})

test('an object that comes while the record is being removed is kept, in a new record', async () => {
  const spool = await emptySpool()
  const { answer, jobs } = listingAnswer()
  await receive(spool, [1])
  await work(spool, 'expired', { answer, keepDays: 0, keepResultDays: 0 })
  pass(400 * dayMs)
  const [study1] = [...spool.studies.values()]
  let isTidy = () => {}
  const waiting = new Promise<void>((resolve) => {
    isTidy = resolve
  })
  void study1.alone(() => waiting)
  const tidied = tidy(spool)
  const received = spool.receive(objectFile(1))
  isTidy()
  await Promise.all([tidied, received])
  await work(spool, 'answered', { answer })
  expect(jobs).toHaveLength(2)
})

test('an object that is refused as the record cannot be written is counted and kept nowhere', async () => {
  const spool = await emptySpool()
  await receive(spool, [1])
  await work(spool, 'failed', { answer: () => Promise.reject(new Error('no luck')), tries: 1 })
  const [{ folder }] = [...spool.studies.values()]
  const { bytes } = spool.summary()
  mkdirSync(join(folder, 'study.json.partial'))
  await expect(spool.receive(objectFile(2))).rejects.toMatchObject({ code: 'cannot-write' })
  expect(spool.summary().bytes).toBe(bytes)
  expect(readdirSync(join(folder, 'objects'))).toHaveLength(1)
})
