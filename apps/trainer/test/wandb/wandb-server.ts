/** Weights & Biases on this machine: what a run asks for, and the lines of history that it is left with. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished, vi } from 'vitest'

export interface WandbRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string
  /** Of a question in GraphQL. */
  readonly operation?: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** Of lines. */
  readonly body?: { readonly files?: Record<string, { offset: number; content: string[] }>; readonly exitcode?: number }
}

export interface WandbServer {
  readonly requests: WandbRequest[]
  /** By their place. */
  readonly history: string[]
  /** Every request gets this status; 200 answers. */
  status: number
}

/** Starts one, and makes it that of WANDB_BASE_URL with a key until the test is over. */
export async function startWandb(): Promise<WandbServer> {
  const state: WandbServer = { requests: [], history: [], status: 200 }
  const server = createServer(async (request, response) => {
    const { query, variables, ...body } = JSON.parse(await text(request))
    const { method = '', url: path = '' } = request
    const { authorization = '' } = request.headers
    const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1]
    state.requests.push({ method, path, authorization, ...(operation ? { operation, variables } : { body }) })
    const history = body.files?.['wandb-history.jsonl']
    if (state.status === 200 && history)
      state.history.splice(history.offset, history.content.length, ...history.content)
    const bucket = state.history.length === 0 ? null : { historyLineCount: state.history.length }
    const data = {
      model: { bucket },
      upsertBucket: { bucket: { project: { name: variables?.project, entity: { name: 'me' } } } },
    }
    response.writeHead(state.status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  vi.stubEnv('WANDB_BASE_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('WANDB_API_KEY', '0'.repeat(40))
  onTestFinished(() => void vi.unstubAllEnvs())
  return state
}
