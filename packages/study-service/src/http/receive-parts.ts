/** The parts of a multipart/form-data request (RFC 7578), each handed on as a stream: none is ever whole in memory. */
import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { StudyError } from '../study-error.ts'
import { brokenForm, noField, noFiles, tooLarge, tooSlow } from './form-errors.ts'

export interface UploadLimits {
  /** Bytes of a part. */
  readonly partBytes: number
  /** Bytes of a request, its form included. */
  readonly requestBytes: number
  /** Files of a request. */
  readonly parts: number
  /** Seconds for a whole request. */
  readonly requestSeconds: number
  /** Seconds without a byte. */
  readonly idleSeconds: number
}

export interface ReceivedPart {
  /** From 1, as messages count them: a file's name may say who the patient is. */
  readonly number: number
  /** As it was sent, without folders. */
  readonly fileName: string
  /** Fields of the form that came before it. */
  readonly fields: Readonly<Record<string, string>>
  readonly stream: Readable
}

export interface PartSink<T> {
  /** Reads the stream to its end. */
  receive(part: ReceivedPart): Promise<T>
  /** Removes what was received, as another part of the request failed. */
  discard(received: T): Promise<void>
}

/**
 * What `sink` made of each file of a request, in order; where one fails nothing is left of any.
 *
 * @throws {StudyError} `bad-request`, `too-large`, `too-slow`, and whatever `sink.receive` throws
 */
export async function receiveParts<T>(request: IncomingMessage, limits: UploadLimits, sink: PartSink<T>): Promise<T[]> {
  const opened = openParser(request, limits)
  const work: Promise<T>[] = []
  try {
    await pump(request, opened, limits, (part, fail) => {
      const received = sink.receive(part)
      received.catch(fail)
      work.push(received)
    })
    return await Promise.all(work)
  } catch (error) {
    const settled = await Promise.allSettled(work)
    for (const one of settled) if (one.status === 'fulfilled') await sink.discard(one.value)
    throw error
  }
}

interface OpenedParser {
  readonly parser: BusboyInstance
  /** Calls `onSkipped` for each part that is no field of a form: Busboy skips it without a word. */
  watchSkipped(onSkipped: () => void): void
}

/** @throws {StudyError} `bad-request`, `too-large` */
function openParser({ headers }: IncomingMessage, { partBytes, requestBytes, parts }: UploadLimits): OpenedParser {
  const type = headers['content-type'] ?? 'none'
  const length = Number(headers['content-length'] ?? 0)
  if (length > requestBytes) throw tooLarge('the request', requestBytes, `${length} bytes`)
  try {
    const limits = {
      fileSize: partBytes,
      files: parts,
      fields: maxFields,
      fieldSize: 64,
      headerPairs: 20,
      headerSize: 8192,
    }
    // Busboy calls a part without a file name a field; here it is one where it is named as one.
    let taken = 0
    const isPartAFile = (name: string | undefined, _type: string | undefined, fileName: string | undefined) => {
      taken++
      return fileName !== undefined || !fieldNames.has(name ?? '')
    }
    const parser = new Busboy({ headers: { ...headers, 'content-type': type }, limits, isPartAFile })
    return { parser, watchSkipped: (onSkipped) => watchSkipped(parser, () => taken, onSkipped) }
  } catch {
    throw new StudyError(
      'bad-request',
      `Expected multipart/form-data with a boundary for Content-Type but received ${shown(type)}. Send each file as a part, as curl -F does.`,
      { received: type },
    )
  }
}

/** Busboy has no event for these parts; its Dicer, which it keeps to itself, has one for every part. */
function watchSkipped(parser: BusboyInstance, countTaken: () => number, onSkipped: () => void): void {
  const { parser: dicer } = (parser as unknown as { readonly _parser: { readonly parser: EventEmitter } })._parser
  let seen = 0
  const check = () => void (countTaken() < seen && onSkipped())
  dicer.on('part', (part: Readable) => {
    check() // the part before had no end of its header
    seen++
    part.on('header', check) // after Busboy's own listener
  })
  dicer.on('finish', check)
}

const maxFields = 200
const fieldNames = new Set(['laterality', 'view'])

/** Resolves once the form has ended; the last parts may still be on their way to the sink. */
function pump(
  request: IncomingMessage,
  { parser, watchSkipped }: OpenedParser,
  limits: UploadLimits,
  onFile: (part: ReceivedPart, fail: (error: unknown) => void) => void,
): Promise<void> {
  const { promise, resolve, reject } = withResolvers()
  const fields: Record<string, string> = {}
  const streams: Readable[] = []
  let bytes = 0
  let isOver = false
  const end = () => {
    isOver = true
    clearTimeout(whole)
    clearTimeout(idle)
    request.off('data', onData)
  }
  const fail = (error: unknown) => {
    if (isOver) return
    end()
    for (const stream of streams) stream.destroy(error as Error)
    reject(error)
  }
  const slow = (seconds: number, what: string) => () => fail(tooSlow(seconds, what))
  const whole = setTimeout(slow(limits.requestSeconds, 'the whole request'), limits.requestSeconds * 1000)
  const idle = setTimeout(slow(limits.idleSeconds, 'the next bytes'), limits.idleSeconds * 1000)
  const onData = (chunk: Uint8Array) => {
    idle.refresh()
    bytes += chunk.length
    if (bytes > limits.requestBytes) fail(tooLarge('the request', limits.requestBytes, 'more'))
    else if (!parser.write(chunk)) request.pause()
  }
  parser.on('file', (_field, stream, fileName = '') => {
    stream.on('error', () => {}) // whoever reads it hears of it; without a listener the process would end
    const number = streams.push(stream)
    stream.on('limit', () => fail(tooLarge(`part ${number}`, limits.partBytes, 'more')))
    onFile({ number, fileName, fields: { ...fields }, stream }, fail)
  })
  parser.on('field', (name, value) => {
    fields[name] = value
  })
  const tooMany = (what: string, limit: number) => () => fail(tooLarge('the request', `${limit} ${what}`, 'more'))
  parser.on('filesLimit', tooMany('files', limits.parts))
  parser.on('fieldsLimit', tooMany('fields', maxFields))
  watchSkipped(() => fail(noField()))
  parser.on('drain', () => request.resume())
  parser.on('error', () => fail(brokenForm()))
  parser.on('finish', () => {
    if (isOver) return
    end()
    if (streams.length > 0) resolve()
    else reject(noFiles())
  })
  request.on('data', onData)
  request.on('end', () => !isOver && parser.end())
  request.on('error', () => fail(brokenForm()))
  request.on('close', () => !request.complete && fail(brokenForm()))
  return promise
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let [resolve, reject]: [() => void, (error: unknown) => void] = [() => {}, () => {}]
  const promise = new Promise<void>((...given) => {
    ;[resolve, reject] = given
  })
  return { promise, resolve, reject }
}

/** A header for a message: short, and of printable characters. */
const shown = (text: string): string => text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?')
