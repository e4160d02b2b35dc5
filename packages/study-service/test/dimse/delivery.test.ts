import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readElements, writeDicom } from '@mammokit/dicom-io'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type DeliveryEvent,
  type DeliveryOptions,
  parseDestination,
  type Spool,
  type StudyJob,
  startDelivery,
} from '../../src/index.ts'
import { emptySpool, loopOf, objectFile, stateBecomes, study } from '../spool/small-objects.ts'
import { receiverOf } from './receiver.ts'

const report = (uid: string) =>
  writeDicom([
    { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.34' },
    { tag: '00080018', vr: 'UI', value: uid },
    { tag: '00080060', vr: 'CS', value: 'SR' },
    {
      tag: '0040A730',
      vr: 'SQ',
      value: [
        [
          { tag: '0040A160', vr: 'UT', value: 'Gewebe, größer' },
          { tag: '0040A730', vr: 'SQ', value: [[{ tag: '0040A160', vr: 'UT', value: 'innen' }]] },
        ],
      ],
    },
  ])

/** Writes as many reports as there are images. */
const answer = async ({ folder, files }: StudyJob) => {
  await mkdir(join(folder, 'dicom'))
  for (const [index] of files.entries())
    await writeFile(join(folder, 'dicom', `SR-${index}.dcm`), report(`2.25.${files.length}${index}`))
  return { outcome: 'answered' as const, reason: null, reports: [] }
}

function deliveryOf(spool: Spool, ports: readonly number[], options: Partial<DeliveryOptions> = {}) {
  const events: DeliveryEvent[] = []
  const delivery = startDelivery(spool, {
    destinations: ports.map((port) => parseDestination(`PACS@127.0.0.1:${port}`)),
    retrySeconds: 0.05,
    maxRetrySeconds: 0.1,
    onEvent: (event) => events.push(event),
    ...options,
  })
  onTestFinished(() => delivery.stop())
  return { ...delivery, events }
}

const until = async (condition: () => boolean) => {
  for (const end = Date.now() + 20_000; !condition(); await setTimeout(5))
    if (Date.now() > end) throw new Error('too late')
}

async function answered(spool: Spool, numbers: readonly number[], wake = () => {}) {
  for (const number of numbers) await spool.receive(objectFile(number))
  const loop = loopOf(spool, { answer, onEvent: ({ kind }) => kind === 'answered' && wake() })
  await stateBecomes(spool, 'answered')
  await loop.stop()
}

describe('delivery', () => {
  test('sends what an answer has to each destination, once, also when the process is another one', async () => {
    const spool = await emptySpool()
    const [one, two] = [await receiverOf(), await receiverOf()]
    const delivery = deliveryOf(spool, [one.port, two.port], { aeTitle: 'RESEARCH' })
    await answered(spool, [1, 2], delivery.wake)
    await until(() => one.received.length === 2 && two.received.length === 2)
    expect(one.received.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2.25.20', '2.25.21'])
    expect(one.received[0].file.subarray(-200).equals(report('2.25.20').subarray(-200))).toBe(true)
    expect(one.titles).toEqual(['RESEARCH>PACS'])
    const [entry] = [...spool.studies.values()]
    await until(() => delivery.events.length === 2)
    expect(await delivery.isDelivered(entry, 1)).toBe(true)
    await delivery.stop()
    const again = deliveryOf(spool, [one.port])
    await setTimeout(100)
    await again.stop()
    expect(one.received).toHaveLength(2)
    expect(JSON.stringify(delivery.events)).not.toMatch(/2\.25|1\.2\.3|SR-/)
  })

  test('a receiver that is away gets everything when it is back, the older answer first', async () => {
    const spool = await emptySpool()
    const { port, close } = await receiverOf()
    close()
    const delivery = deliveryOf(spool, [port])
    // As the work loop keeps them for delivery.
    const keep = async (numbers: readonly number[]) => {
      for (const number of numbers) await spool.receive(objectFile(number))
      const loop = loopOf(spool, { answer, isDelivered: delivery.isDelivered, keepDays: 0, onEvent: delivery.wake })
      await stateBecomes(spool, 'answered')
      await loop.stop()
    }
    await keep([1])
    await until(() => delivery.events.length > 2)
    expect(new Set(delivery.events.map(({ kind, code }) => `${kind} ${code}`))).toEqual(
      new Set(['not-delivered network']),
    )
    await keep([1, 2])
    expect(spool.stateOf(study)?.answerNumber).toBe(2)
    const back = await receiverOf({ port })
    await until(() => back.received.length === 3)
    expect(back.received.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2.25.10', '2.25.20', '2.25.21'])
  })

  test('an object that is refused is sent again until it is taken, the others at once', async () => {
    const spool = await emptySpool()
    const { port, received } = await receiverOf({ statusOf: (index) => (index === 0 ? 0xa700 : 0) })
    const delivery = deliveryOf(spool, [port])
    await answered(spool, [1, 2], delivery.wake)
    await until(() => received.length === 2)
    expect(received.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2.25.21', '2.25.20'])
    expect(delivery.events.map(({ code }) => code)).toContain('0xa700')
  })

  test('a file that cannot be read stops neither the others nor the process', async () => {
    const spool = await emptySpool()
    const { port, received } = await receiverOf()
    await answered(spool, [1])
    const [{ answerFolder }] = [...spool.studies.values()]
    await writeFile(join(answerFolder(1), 'dicom', 'SR-0.dcm'), 'cut')
    await spool.receive(objectFile(2, 2, '1.2.3.200'))
    const loop = loopOf(spool, { answer })
    await stateBecomes(spool, 'answered', '1.2.3.200')
    await loop.stop()
    const delivery = deliveryOf(spool, [port])
    await until(() => received.length === 1 && delivery.events.length > 2)
    expect(delivery.events).toContainEqual(expect.objectContaining({ kind: 'not-delivered', code: 'unreadable' }))
  })

  test('what cannot be noted as sent is sent again after a wait, not at once', async () => {
    const spool = await emptySpool()
    const { port, received } = await receiverOf()
    await answered(spool, [1])
    const [{ answerFolder }] = [...spool.studies.values()]
    await mkdir(join(answerFolder(1), 'sent.json.partial'))
    const { events, stop } = deliveryOf(spool, [port], { retrySeconds: 60, maxRetrySeconds: 60 })
    await until(() => events.length > 0)
    await setTimeout(300)
    await stop()
    expect(received).toHaveLength(1)
  })

  test('a receiver of implicit VR alone gets the same values', async () => {
    const spool = await emptySpool()
    const { port, received } = await receiverOf({ syntax: '1.2.840.10008.1.2' })
    const delivery = deliveryOf(spool, [port])
    await answered(spool, [1], delivery.wake)
    await until(() => received.length === 1)
    const elements = await readElements(received[0].file)
    expect(elements.text('00020010')).toBe('1.2.840.10008.1.2')
    expect(elements.text('00080060')).toBe('SR')
    const [outer] = elements.items('0040A730')
    expect(outer.text('0040A160')).toBe('Gewebe, größer')
    const [inner] = outer.items('0040A730')
    expect(inner.text('0040A160')).toBe('innen')
  })

  test('a destination is a title, a host and a port', () => {
    expect(parseDestination('PACS@10.1.0.7:104')).toEqual({ aeTitle: 'PACS', host: '10.1.0.7', port: 104 })
    expect(parseDestination('MY PACS@[::1]:104')).toEqual({ aeTitle: 'MY PACS', host: '::1', port: 104 })
    for (const text of [
      'PACS',
      'PACS@host',
      'PACS@host:0',
      'PACS@host:99999',
      '@host:104',
      'A\\B@host:104',
      `${'A'.repeat(17)}@host:104`,
    ])
      expect(() => parseDestination(text), text).toThrow(/Expected AET@host:port/)
  })
})
