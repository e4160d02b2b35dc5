/** Associations with a listener: dcmjs-dimse's own client, and a socket that says what a test wants. */
import { connect, type Socket } from 'node:net'
import dimse from 'dcmjs-dimse'
import { onTestFinished } from 'vitest'
import { type DicomListenerOptions, type ListenerEvent, type Spool, startDicomListener } from '../../src/index.ts'

dimse.log.disableAll()

export async function listenerOf(spool: Spool, options: DicomListenerOptions = {}) {
  const events: ListenerEvent[] = []
  const onEvent = (event: ListenerEvent) => events.push(event)
  const listener = await startDicomListener(spool, { port: 0, onEvent, ...options })
  onTestFinished(() => listener.close(0))
  return { ...listener, port: listener.port, events }
}

export interface Outcome {
  readonly statuses: number[]
  readonly rejected?: { result: number; source: number; reason: number }
  readonly failed?: string
}

/** Sends requests in one association, and gives their statuses. */
export function send(
  port: number,
  requests: readonly unknown[],
  called = 'MAMMOKIT',
  options: object = {},
): Promise<Outcome> {
  const client = new dimse.Client()
  const statuses: number[] = []
  let end: Partial<Outcome> = {}
  for (const request of requests as {
    on(name: string, listener: (response: { getStatus(): number }) => void): void
  }[]) {
    request.on('response', (response) => statuses.push(response.getStatus()))
    client.addRequest(request as never)
  }
  return new Promise((resolve) => {
    client.on('associationRejected', (rejected) => (end = { ...end, rejected }))
    client.on('networkError', (error) => {
      end = { ...end, failed: String(error?.message ?? error) }
      resolve({ statuses, ...end })
    })
    client.on('closed', () => resolve({ statuses, ...end }))
    client.send('127.0.0.1', port, 'SENDER', called, { associationTimeout: 60_000, pduTimeout: 60_000, ...options })
  })
}

export const echo = () => new dimse.requests.CEchoRequest()
export const store = (path: string) => new dimse.requests.CStoreRequest(path)

/** An association by hand: for Verification and Digital Mammography, in explicit VR little endian. */
export async function openByHand(port: number): Promise<Socket> {
  const item = (type: number, value: Buffer) =>
    Buffer.concat([Buffer.of(type, 0, value.length >> 8, value.length & 255), value])
  const context = (id: number, abstract: string) =>
    item(
      0x20,
      Buffer.concat([
        Buffer.of(id, 0, 0, 0),
        item(0x30, Buffer.from(abstract)),
        item(0x40, Buffer.from('1.2.840.10008.1.2.1')),
      ]),
    )
  const body = Buffer.concat([
    Buffer.of(0, 1, 0, 0),
    Buffer.from('MAMMOKIT'.padEnd(16)),
    Buffer.from('BYHAND'.padEnd(16)),
    Buffer.alloc(32),
    item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')),
    context(1, '1.2.840.10008.1.1'),
    context(3, '1.2.840.10008.5.1.4.1.1.1.2'),
    item(0x50, item(0x51, Buffer.of(0, 0, 0x40, 0))),
  ])
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  socket.write(pdu(1, body))
  await new Promise((resolve) => socket.once('data', resolve))
  return socket
}

export function pdu(type: number, body: Buffer): Buffer {
  const head = Buffer.of(type, 0, 0, 0, 0, 0)
  head.writeUInt32BE(body.length, 2)
  return Buffer.concat([head, body])
}

/** A P-DATA-TF of fragments: [is command, is last, bytes]. */
export function data(fragments: readonly [boolean, boolean, Buffer][], context = 3): Buffer {
  return pdu(
    4,
    Buffer.concat(
      fragments.map(([isCommand, isLast, bytes]) => {
        const head = Buffer.alloc(6)
        head.writeUInt32BE(bytes.length + 2)
        head[4] = context
        head[5] = Number(isCommand) + 2 * Number(isLast)
        return Buffer.concat([head, bytes])
      }),
    ),
  )
}

/** The command of a C-STORE request, in implicit VR little endian. */
export function storeCommand(sopInstanceUid: string): Buffer {
  const even = (text: string) => Buffer.from(text.length % 2 === 0 ? text : `${text}\0`)
  const short = (value: number) => Buffer.of(value & 255, value >> 8)
  const elements = Buffer.concat(
    (
      [
        [0x0002, even('1.2.840.10008.5.1.4.1.1.1.2')],
        [0x0100, short(1)],
        [0x0110, short(1)],
        [0x0700, short(0)],
        [0x0800, short(0)],
        [0x1000, even(sopInstanceUid)],
      ] as const
    ).map(([element, value]) => {
      const head = Buffer.alloc(8)
      head.writeUInt16LE(element, 2)
      head.writeUInt32LE(value.length, 4)
      return Buffer.concat([head, value])
    }),
  )
  const length = Buffer.alloc(12)
  length.writeUInt32LE(4, 4)
  length.writeUInt32LE(elements.length, 8)
  return Buffer.concat([length, elements])
}
