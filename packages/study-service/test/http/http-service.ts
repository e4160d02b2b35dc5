/** A service of a spool, a network of which is known what it says, and the HTTP port. */
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { Model } from '@mammokit/mammogram-classifier'
import { onTestFinished } from 'vitest'
import { type HttpServerOptions, openHttpServer } from '../../src/http/open-http-server.ts'
import { analyzeStudies, openSpool, type SpoolOptions, startWorkLoop, type WorkOptions } from '../../src/index.ts'
import { modelOf, temporaryFolder } from '../study-files.ts'

export interface ServiceOptions extends Omit<HttpServerOptions, 'port'> {
  readonly model?: Model
  readonly spool?: SpoolOptions
  readonly work?: Partial<WorkOptions>
  readonly folder?: string
}

export async function startHttpService(options: ServiceOptions = {}) {
  const { model = modelOf([0.25]), spool: spoolOptions, work, folder = await temporaryFolder(), ...http } = options
  const spool = await openSpool(folder, { quietSeconds: 0.05, limits: { freeBytes: 0 }, ...spoolOptions })
  const loop = startWorkLoop(spool, {
    async answer({ files, folder, now, signal }) {
      const writeOverlay = async ({ imageId }: { imageId: string }) => {
        await mkdir(join(folder, 'overlays'), { recursive: true })
        await writeFile(join(folder, 'overlays', `${imageId}.png`), 'a picture')
        return `overlays/${imageId}.png`
      }
      const result = await analyzeStudies(files, model, { now, signal, writeOverlay })
      await writeFile(join(folder, 'result.json'), JSON.stringify(result))
      return { outcome: 'answered', reason: null, reports: [] }
    },
    ...work,
  })
  const health = async () => ({ isModelLoaded: true, isSpoolWritable: true, studies: {}, errors: {} })
  const server = await openHttpServer({ spool, health }, { ...http, port: 0 })
  const close = async () => {
    await server.close(0)
    await loop.stop()
    await spool.close()
  }
  onTestFinished(close)
  const ask = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init)
  return {
    ...server,
    spool,
    folder,
    ask,
    close,
    post: (body: BodyInit, init: RequestInit = {}) => ask('/api/studies', { method: 'POST', body, ...init }),
    /** The first answer that is not 202. */
    async result(path: string): Promise<Response> {
      for (;;) {
        const response = await ask(path)
        if (response.status !== 202) return response
        await response.body?.cancel()
        await setTimeout(10)
      }
    },
  }
}

/** What comes back for bytes that no client would send. */
export async function rawAnswer(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const answer = text(socket).catch(() => '')
  for (const piece of pieces) {
    socket.write(piece)
    await setTimeout(5)
  }
  socket.end()
  return await answer
}
