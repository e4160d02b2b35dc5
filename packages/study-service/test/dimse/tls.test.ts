import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { writeDicom } from '@mammokit/dicom-io'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  type DeliveryEvent,
  type DeliveryOptions,
  type Spool,
  startDelivery,
  startDicomListener,
} from '../../src/index.ts'
import { emptySpool, loopOf, objectFile, stateBecomes, study } from '../spool/small-objects.ts'
import { temporaryFolder } from '../study-files.ts'
import { echo, listenerOf, send, store } from './associate.ts'
import { type Certificates, hasOpenssl, makeCertificates } from './certificates.ts'
import { receiverOf } from './receiver.ts'

const until = async (condition: () => boolean) => {
  for (const end = Date.now() + 20_000; !condition(); await setTimeout(5))
    if (Date.now() > end) throw new Error('too late')
}

describe.skipIf(!hasOpenssl)('TLS with DICOM (needs openssl)', () => {
  let made: Certificates
  beforeAll(() => {
    made = makeCertificates()
  })

  test('a sender with a certificate of the CA is answered, one with another, with none or with TLS 1.1 is not', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    const { ca, own, strange } = made
    const { port, events } = await listenerOf(spool, { tls: { ...own, ca } })
    const path = join(await temporaryFolder(), 'IM1')
    await writeFile(path, objectFile(1))
    const over = (securityOptions: object) => send(port, [echo(), store(path)], 'MAMMOKIT', { securityOptions })
    expect((await over({ ca, ...strange })).statuses).toEqual([])
    expect((await over({ ca })).statuses).toEqual([])
    expect((await over({ ca, ...own, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).statuses).toEqual([])
    expect((await send(port, [echo()])).statuses).toEqual([])
    expect(spool.stateOf(study)).toBeUndefined()
    await until(() => events.length === 4)
    const refused = { kind: 'connection-refused', peer: '127.0.0.1', code: 'tls' }
    expect(events).toEqual([refused, refused, refused, refused])
    expect(await over({ ca, ...own })).toEqual({ statuses: [0, 0] })
    expect(spool.stateOf(study)).toMatchObject({ objects: 1 })
    expect(events.slice(4).map(({ kind }) => kind)).toEqual(['echo', 'stored'])
  })

  test('an address is refused before a byte of a handshake, and a silent one has no longer than an idle one', async () => {
    const spool = await emptySpool()
    const others = await listenerOf(spool, { tls: made.own, peers: ['192.0.2.0/24'] })
    const socket = connect(others.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined).resume()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(others.events).toEqual([{ kind: 'connection-refused', peer: '127.0.0.1', code: 'address' }])
    const idle = await listenerOf(spool, { tls: made.own, idleSeconds: 0.2 })
    const silent = connect(idle.port, '127.0.0.1')
    onTestFinished(() => void silent.destroy())
    silent.on('error', () => undefined).resume()
    await new Promise((resolve) => silent.once('close', resolve))
    await until(() => idle.events.length === 1)
    expect(idle.events[0]).toMatchObject({ kind: 'connection-refused', code: 'tls' })
  })

  test('connections whose handshake has not ended count among those that are open', async () => {
    const spool = await emptySpool()
    const { port, events } = await listenerOf(spool, { tls: made.own, maxAssociations: 1 })
    const sockets = Array.from({ length: 5 }, () =>
      connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    )
    onTestFinished(() => sockets.forEach((socket) => void socket.destroy()))
    await until(() => events.length === 1)
    expect(events).toEqual([{ kind: 'connection-refused', peer: '127.0.0.1', code: 'limit' }])
    for (const socket of sockets) socket.destroy()
    await until(() => events.length === 5)
    const { ca } = made
    const stream = connectTls({ host: '127.0.0.1', port, ca })
    onTestFinished(() => void stream.destroy())
    await new Promise((resolve) => stream.once('secureConnect', resolve))
    expect(stream.authorized).toBe(true)
  })

  test('answers go over TLS to a receiver with a certificate of the CA for its host, and to no other', async () => {
    const spool = await answeredSpool()
    const { ca, own, strange, elsewhere } = made
    const good = await receiverOf({ tls: { ...own, ca } })
    const bad = [await receiverOf({ tls: strange }), await receiverOf({ tls: elsewhere }), await receiverOf()]
    const delivery = deliveryOf(
      spool,
      [good, ...bad].map(({ port }) => port),
      { ca, ...own },
    )
    await until(() => new Set(delivery.events.map(({ destination }) => destination)).size === 4)
    expect(good.received.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2.25.1'])
    const said = (port: number) => delivery.events.find(({ destination }) => destination.endsWith(`:${port}`))
    expect(said(good.port)).toMatchObject({ kind: 'delivered' })
    for (const { port, received, titles } of bad.slice(0, 2)) {
      expect(said(port)).toMatchObject({ kind: 'not-delivered', code: 'tls' })
      expect([received, titles]).toEqual([[], []])
    }
    expect(said(bad[2]!.port)).toMatchObject({ kind: 'not-delivered' })
    expect(bad[2]!.titles).toEqual([])
  })

  test('a receiver that asks for a certificate gets nothing without one', async () => {
    const spool = await answeredSpool()
    const { ca, own } = made
    const asking = await receiverOf({ tls: { ...own, ca } })
    const delivery = deliveryOf(spool, [asking.port], { ca })
    await until(() => delivery.events.length > 0)
    expect(delivery.events[0]).toMatchObject({ kind: 'not-delivered' })
    expect(asking.received).toEqual([])
  })

  test('a file that is no certificate, or of another key, is refused at the start', async () => {
    const spool = await emptySpool()
    const { ca, own, strange } = made
    for (const tls of [
      { ...own, ca: 'none' },
      { cert: own.cert, key: strange.key },
      { ...own, ca: own.key },
    ]) {
      await expect(startDicomListener(spool, { port: 0, tls })).rejects.toMatchObject({ code: 'bad-option' })
      expect(() => startDelivery(spool, { destinations: [], tls })).toThrow(/in PEM for TLS/)
    }
    expect(() => startDelivery(spool, { destinations: [], tls: { ca } })).not.toThrow()
  })
})

test('beyond this machine a destination needs TLS or an explicit word', async () => {
  const spool = await emptySpool()
  const destinations = [{ aeTitle: 'PACS', host: '192.0.2.7', port: 104 }]
  expect(() => startDelivery(spool, { destinations })).toThrow(/PACS@192\.0\.2\.7:104/)
  const delivery = startDelivery(spool, { destinations, allowPlain: true })
  await delivery.stop()
})

/** With one answered study, which has a report. */
async function answeredSpool(): Promise<Spool> {
  const spool = await emptySpool()
  await spool.receive(objectFile(1))
  const report = writeDicom([
    { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.34' },
    { tag: '00080018', vr: 'UI', value: '2.25.1' },
  ])
  const loop = loopOf(spool, {
    async answer({ folder }) {
      await mkdir(join(folder, 'dicom'))
      await writeFile(join(folder, 'dicom', 'SR.dcm'), report)
      return { outcome: 'answered', reason: null, reports: [] }
    },
  })
  await stateBecomes(spool, 'answered')
  await loop.stop()
  return spool
}

function deliveryOf(spool: Spool, ports: readonly number[], tls: NonNullable<DeliveryOptions['tls']>) {
  const events: DeliveryEvent[] = []
  const delivery = startDelivery(spool, {
    destinations: ports.map((port) => ({ aeTitle: 'PACS', host: '127.0.0.1', port })),
    tls,
    retrySeconds: 60,
    onEvent: (event: DeliveryEvent) => void events.push(event),
  })
  onTestFinished(() => delivery.stop())
  return { ...delivery, events }
}
