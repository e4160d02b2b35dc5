/** The data set of one object as it comes from a connection, which waits while too much of it is in memory. */
import { Writable } from 'node:stream'

/** Bytes in memory at which the connection waits, and at which it goes on. */
const [pauseBytes, resumeBytes] = [4 * 2 ** 20, 2 ** 20]

export interface Connection {
  pause(): unknown
  resume(): unknown
}

/** Written by the network, read as an async iterable. `write` never asks to wait: the order of fragments would be lost. */
export class ObjectStream extends Writable {
  readonly #connection: Connection
  readonly #pieces: Buffer[] = []
  #bytes = 0
  #isWhole = false
  #isLeft = false
  #error: Error | undefined
  #wake = () => {}

  constructor(connection: Connection) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER, decodeStrings: false })
    this.#connection = connection
    this.on('error', () => undefined) // whoever reads gets it
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    if (!this.#isLeft) this.#keep(piece)
    done()
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#bytes += piece.length
    if (this.#bytes > pauseBytes) this.#connection.pause()
    this.#wake()
  }

  override _final(done: () => void): void {
    this.#isWhole = true
    this.#wake()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#error = error ?? undefined
    this.#wake()
    done(error)
  }

  async *read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (this.#error) throw this.#error
        const piece = this.#pieces.shift()
        if (piece) {
          this.#bytes -= piece.length
          if (this.#bytes < resumeBytes) this.#connection.resume()
          yield piece
        } else if (this.#isWhole) return
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
      }
    } finally {
      // Whoever reads no further lets the rest pass by.
      this.#isLeft = true
      this.#pieces.length = 0
      this.#connection.resume()
    }
  }
}
