import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ReceivedPart, receiveParts, type UploadLimits } from '../../src/http/receive-parts.ts'

const limits: UploadLimits = { partBytes: 1000, requestBytes: 5000, parts: 3, requestSeconds: 60, idleSeconds: 60 }

interface Received {
  readonly fields: object
  readonly fileName: string
  readonly content: string
}

/** A server that answers with what it received; `left` has what was neither handed on nor discarded. */
async function listen(changes: Partial<UploadLimits> = {}, receive = readPart) {
  const left = new Set<Received>()
  const failures: string[] = []
  const sink = {
    async receive(part: ReceivedPart) {
      const received = await receive(part)
      left.add(received)
      return received
    },
    discard: async (received: Received) => void left.delete(received),
  }
  const server = createServer((request, response) => {
    receiveParts(request, { ...limits, ...changes }, sink).then(
      (parts) => response.end(JSON.stringify(parts)),
      async (error) => {
        failures.push(`${error.code}`)
        request.resume()
        // What still comes of a small form is taken: fetch of Node 24 fails where the connection closes while it writes.
        await Promise.race([once(request, 'close'), setTimeout(100)])
        response.writeHead(400, { connection: 'close' }).end(error.message)
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const post = async (body: BodyInit, headers?: Record<string, string>) => {
    const init = { method: 'POST', body, ...(headers && { headers }), duplex: 'half' }
    const response = await fetch(`http://127.0.0.1:${port}`, init as RequestInit)
    return { isOk: response.ok, text: await response.text() }
  }
  return { port, post, left, failures }
}

async function readPart({ fields, fileName, stream }: ReceivedPart): Promise<Received> {
  return { fields, fileName, content: await text(stream) }
}

function form(...parts: readonly (readonly [string, string] | string)[]): FormData {
  const data = new FormData()
  for (const part of parts) {
    if (typeof part === 'string') data.append('file', new Blob([part]), 'IM')
    else data.append(...part)
  }
  return data
}

const head = (length: number) =>
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: ${length}\r\n\r\n`
const partOf = (content: string) => `--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${content}`

/** Sends raw bytes and gives all that comes back. */
async function send(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const answer = text(socket).catch(() => '')
  for (const piece of pieces) {
    socket.write(piece)
    await setTimeout(5)
  }
  return await answer
}

describe('receiveParts', () => {
  test('hands on each file with the fields before it, in order, and a file name without folders', async () => {
    const { post } = await listen()
    const body = form(['laterality', 'L'], 'one', ['laterality', 'R'], ['view', 'CC'], 'two')
    body.append('file', new Blob(['three']), '../../etc/passwd')
    expect(JSON.parse((await post(body)).text)).toEqual([
      { fields: { laterality: 'L' }, fileName: 'IM', content: 'one' },
      { fields: { laterality: 'R', view: 'CC' }, fileName: 'IM', content: 'two' },
      { fields: { laterality: 'R', view: 'CC' }, fileName: 'passwd', content: 'three' },
    ])
  })

  test('a part, a request and a number of files have limits; what came before is discarded', async () => {
    const { post, left } = await listen()
    expect((await post(form('x'.repeat(1000)))).isOk).toBe(true)
    left.clear()
    for (const [body, message] of [
      [form('a', 'x'.repeat(1001)), 'at most 1000 bytes in part 2'],
      [form('a', 'b', 'c', 'd'), 'at most 3 files in the request'],
      [form('a', ['x', 'y'.repeat(6000)]), 'at most 5000 bytes in the request but received 6'],
    ] as const) {
      expect(await post(body)).toEqual({ isOk: false, text: expect.stringContaining(message) })
      expect(left).toEqual(new Set())
    }
  })

  test('a request that does not say how long it is has the same limit', async () => {
    const { post, left } = await listen()
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from(`${partOf('x'.repeat(500))}\r\n`))
      },
    })
    const { text } = await post(body, { 'content-type': 'multipart/form-data; boundary=B' })
    expect(text).toContain('at most')
    expect(left).toEqual(new Set())
  })

  test('a form that breaks off, or is longer than its Content-Length, leaves nothing', async () => {
    const { port, left, failures } = await listen()
    const body = `${partOf('one')}\r\n${partOf('two')}`
    expect(await send(port, head(body.length), body)).toContain('breaks off') // no closing boundary
    expect(await send(port, head(body.length - 30), body, '\r\n--B--\r\n')).toContain('400 Bad Request')
    const socket = connect(port, '127.0.0.1', () => socket.write(head(4999) + body))
    await setTimeout(20)
    socket.destroy() // in the middle of a part
    while (failures.length < 3) await setTimeout(5)
    expect(failures).toEqual(['bad-request', 'bad-request', 'bad-request'])
    expect(left).toEqual(new Set())
  })

  test('a part that is no field of a form is refused at once, large or small, wherever it stands', async () => {
    const { port, left } = await listen({ partBytes: 1e6, requestBytes: 1e6 })
    const large = 'x'.repeat(300_000)
    for (const part of [
      '--B\r\nFoo: bar\r\n\r\nhi',
      `--B\r\nContent-Type: application/dicom\r\n\r\n${large}`,
      `--B\r\nContent-Disposition: attachment; filename="x"\r\n\r\n${large}`,
      '--B\r\n\r\nhi',
      '--B\r\nno end of the header',
    ]) {
      for (const parts of [
        [part, partOf('one')],
        [partOf('one'), part],
      ]) {
        const body = `${parts.join('\r\n')}\r\n--B--\r\n`
        expect(await send(port, head(body.length), body)).toContain('Content-Disposition: form-data')
        expect(left).toEqual(new Set())
      }
    }
  })

  test('a sender that stops, or takes too long for the whole, is given up', async () => {
    const stopping = await listen({ idleSeconds: 0.1 })
    expect(await send(stopping.port, head(4999), partOf('one'))).toContain('Expected the next bytes within 0.1 s')
    const slow = await listen({ requestSeconds: 0.3 })
    const trickle = Array.from('x'.repeat(100))
    expect(await send(slow.port, head(4999), partOf('one'), ...trickle)).toContain('Expected the whole request within')
    expect([...stopping.left, ...slow.left]).toEqual([])
  })

  test('another kind of request, an empty form and a sink that fails are refused', async () => {
    const { post } = await listen()
    expect((await post('{}', { 'content-type': 'application/json' })).text).toContain('received application/json')
    expect((await post('', { 'content-type': 'multipart/form-data' })).text).toContain('with a boundary')
    expect((await post(form(['laterality', 'L']))).text).toContain('at least one file')
    const failing = await listen({}, async (part) => {
      if (part.number === 2) throw new Error('disk full')
      return await readPart(part)
    })
    expect(await failing.post(form('a', 'b', 'c'))).toEqual({ isOk: false, text: 'disk full' })
    expect(failing.left).toEqual(new Set())
  })
})
