import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { chooseTransferSyntax } from '../../src/dimse/storage-contexts.ts'
import { startDicomListener } from '../../src/index.ts'
import { emptySpool, objectFile, study } from '../spool/small-objects.ts'
import { temporaryFolder } from '../study-files.ts'
import { data, echo, listenerOf, openByHand, pdu, send, store, storeCommand } from './associate.ts'

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** What stands behind group 0002 in a file. */
function dataSetOf(file: Uint8Array): Buffer {
  const bytes = Buffer.from(file)
  let at = 132
  while (bytes.readUInt16LE(at) === 2) {
    const isLong = ['OB', 'UN'].includes(bytes.toString('latin1', at + 4, at + 6))
    at += isLong ? 12 + bytes.readUInt32LE(at + 8) : 8 + bytes.readUInt16LE(at + 6)
  }
  return bytes.subarray(at)
}

const firstStatus = async (socket: Awaited<ReturnType<typeof openByHand>>) => {
  const pieces: Buffer[] = []
  for await (const piece of socket) {
    pieces.push(piece as Buffer)
    const all = Buffer.concat(pieces)
    const at = all.indexOf(Buffer.of(0, 0, 0, 9, 2, 0, 0, 0)) // Status (0000,0900)
    if (at >= 0 && all.length >= at + 10) return all.readUInt16LE(at + 8)
  }
  return undefined
}

describe('the DICOM listener', () => {
  test('answers C-ECHO and C-STORE, and the object is in the spool when success is answered', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    const { port, events } = await listenerOf(spool)
    const folder = await temporaryFolder()
    const paths = [1, 2].map((number) => join(folder, String(number)))
    for (const [index, path] of paths.entries()) await writeFile(path, objectFile(index + 1))
    expect(await send(port, [echo(), ...paths.map(store)])).toEqual({ statuses: [0, 0, 0] })
    expect(spool.stateOf(study)).toMatchObject({ state: 'received', objects: 2 })
    expect(events.map(({ kind }) => kind)).toEqual(['echo', 'stored', 'stored'])
    expect(JSON.stringify(events)).not.toMatch(/P1|1\.2\.3/)
  })

  test('an object of a SOP Instance UID that is there with other bytes is kept beside it', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    const { port } = await listenerOf(spool)
    const folder = await temporaryFolder()
    const paths = [1, 2].map((seed) => join(folder, String(seed)))
    for (const [index, path] of paths.entries()) await writeFile(path, objectFile(7, index + 1))
    for (const path of [...paths, paths[0]!]) expect(await send(port, [store(path)])).toEqual({ statuses: [0] })
    expect(spool.stateOf(study)?.objects).toBe(2)
  })

  test('keeps a data set byte for byte, in whatever fragments it comes', async () => {
    const spool = await emptySpool({ quietSeconds: 60 })
    const { port } = await listenerOf(spool)
    const socket = await openByHand(port)
    const dataSet = dataSetOf(objectFile(1))
    // Several fragments in a PDU, and pieces of PDUs that end anywhere.
    const third = Math.floor(dataSet.length / 3)
    const all = Buffer.concat([
      data([[true, false, storeCommand('1.2.3.1').subarray(0, 20)]]),
      data([
        [true, true, storeCommand('1.2.3.1').subarray(20)],
        [false, false, dataSet.subarray(0, 7)],
        [false, false, dataSet.subarray(7, third)],
      ]),
      data([
        [false, false, dataSet.subarray(third, 2 * third)],
        [false, true, dataSet.subarray(2 * third)],
      ]),
    ])
    for (let at = 0; at < all.length; at += 777) {
      socket.write(all.subarray(at, at + 777))
      if (at % 7770 === 0) await setTimeout(1)
    }
    expect(await firstStatus(socket)).toBe(0)
    const [path] = filesOf(spool.folder)
    const kept = readFileSync(path)
    expect(dataSetOf(kept).equals(dataSet)).toBe(true)
    expect(kept.subarray(0, 132).equals(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))).toBe(true)
    expect(kept.includes('1.2.840.10008.1.2.1')).toBe(true)
  })

  test('half an object leaves nothing, whether its sender aborts or vanishes', async () => {
    const spool = await emptySpool()
    const { port, events } = await listenerOf(spool)
    for (const end of ['abort', 'vanish']) {
      const socket = await openByHand(port)
      socket.write(data([[true, true, storeCommand('1.2.3.1')]]))
      socket.write(data([[false, false, dataSetOf(objectFile(1)).subarray(0, 3000)]]))
      while (filesOf(spool.folder).length === 0) await setTimeout(2)
      if (end === 'abort') socket.write(pdu(7, Buffer.alloc(4)))
      else socket.destroy()
      while (filesOf(spool.folder).length > 0 || spool.summary().bytes > 0) await setTimeout(2)
    }
    expect(spool.summary()).toEqual({ studies: {}, bytes: 0 })
    expect(events.some(({ code }) => code === 'aborted')).toBe(true)
  })

  test("refuses another called AE title with the standard's reason, and too many associations for now", async () => {
    const spool = await emptySpool()
    const { port, events } = await listenerOf(spool, { aeTitle: 'RESEARCH', maxAssociations: 1 })
    expect((await send(port, [echo()], 'MAMMOKIT')).rejected).toEqual({ result: 1, source: 1, reason: 7 })
    const first = send(port, [echo()], 'RESEARCH', { associationLingerTimeout: 700 })
    while (!events.some(({ kind }) => kind === 'echo')) await setTimeout(2)
    expect((await send(port, [echo()], 'RESEARCH')).rejected).toEqual({ result: 2, source: 3, reason: 2 })
    expect((await first).statuses).toEqual([0])
    expect((await send(port, [echo()], 'RESEARCH')).statuses).toEqual([0])
    expect(events.map(({ code }) => code).filter(Boolean)).toEqual(['called-ae', 'limit'])
  })

  test('says with a status why it does not take an object', async () => {
    const full = await emptySpool({ limits: { spoolBytes: 5000 } })
    const folder = await temporaryFolder()
    const path = join(folder, '1')
    await writeFile(path, objectFile(1))
    expect((await send((await listenerOf(full)).port, [store(path)])).statuses).toEqual([0xa700])
    expect(filesOf(full.folder)).toEqual([])
    const spool = await emptySpool()
    const { port } = await listenerOf(spool)
    const ask = async (announced: string, dataSet: Buffer) => {
      const socket = await openByHand(port)
      socket.write(data([[true, true, storeCommand(announced)]]))
      socket.write(data([[false, true, dataSet]]))
      return firstStatus(socket)
    }
    expect(await ask('1.2.3.2', dataSetOf(objectFile(1)))).toBe(0xa900)
    expect(await ask('1.2.3.1', Buffer.from('no data set at all, whatever was said'))).toBe(0xc000)
    expect(filesOf(spool.folder)).toEqual([])
  })

  test('ends a connection that says nothing, is no DICOM, or announces a PDU beyond the limit', async () => {
    const spool = await emptySpool()
    const { port, events } = await listenerOf(spool, { idleSeconds: 0.3 })
    const { connect } = await import('node:net')
    for (const words of [undefined, 'GET / HTTP/1.1\r\n\r\n', pdu(1, Buffer.alloc(4)).fill(255, 2, 6)]) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      if (words !== undefined) socket.write(words)
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
    }
    expect(events.some(({ code }) => code === 'pdu-length')).toBe(true)
    expect((await send(port, [echo()])).statuses).toEqual([0])
  })

  test('beyond the loopback address it needs TLS or peers, and only peers may connect', async () => {
    const spool = await emptySpool()
    await expect(startDicomListener(spool, { port: 0, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(startDicomListener(spool, { port: 0, peers: ['10.0.0.0/33'] })).rejects.toMatchObject({
      code: 'bad-option',
    })
    await expect(startDicomListener(spool, { port: 0, aeTitle: 'A\\B' })).rejects.toMatchObject({ code: 'bad-option' })
    const pem = { cert: 'none', key: 'none' }
    await expect(startDicomListener(spool, { port: 0, tls: pem })).rejects.toMatchObject({ code: 'bad-option' })
    const { port } = await listenerOf(spool)
    await expect(startDicomListener(spool, { port })).rejects.toMatchObject({ code: 'cannot-listen' })
    const others = await listenerOf(spool, { host: '0.0.0.0', peers: ['192.0.2.0/24'] })
    const { statuses } = await send(others.port, [echo()])
    expect(statuses).toEqual([])
    expect(others.events).toEqual([{ kind: 'connection-refused', peer: '127.0.0.1', code: 'address' }])
    const own = await listenerOf(spool, { host: '0.0.0.0', peers: ['192.0.2.7', '127.0.0.0/8'] })
    expect((await send(own.port, [echo()])).statuses).toEqual([0])
  })

  test('of the proposed transfer syntaxes it takes the one that the object is in', () => {
    const [implicit, explicit, big, jpeg2000] = ['', '.1', '.2', '.4.90'].map((end) => `1.2.840.10008.1.2${end}`)
    expect(chooseTransferSyntax([implicit, explicit])).toBe(explicit)
    expect(chooseTransferSyntax([jpeg2000, explicit, implicit])).toBe(jpeg2000)
    expect(chooseTransferSyntax([big, implicit])).toBe(implicit)
    expect(chooseTransferSyntax([big])).toBe(big)
    expect(chooseTransferSyntax(['1.2.840.10008.1.2.4.100'])).toBeUndefined()
  })
})
