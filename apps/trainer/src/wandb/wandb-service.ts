/**
 * What a run asks of Weights & Biases: two questions in GraphQL, and lines of files that grow, each sent with its place.
 *
 * As wandb's own client does (core/internal/runbranch and core/internal/filestream of https://github.com/wandb/wandb).
 */
import { Agent, EnvHttpProxyAgent, fetch } from 'undici'
import { TrainerError } from '../trainer-error.ts'
import type { WandbAccount } from './wandb-account.ts'

/** What the service is told of a run when it begins or goes on. */
export interface RunDescription {
  readonly id: string
  readonly project: string
  readonly entity: string | null
  readonly displayName: string
  readonly groupName: string | null
  readonly tags: readonly string[]
  readonly config: Readonly<Record<string, unknown>>
}

/** Where a run is there. */
export interface RunPlace {
  readonly entity: string
  readonly project: string
  /** Lines of history that it has. */
  readonly lines: number
}

/** Lines of files, from a line on; without any a sign of life. */
export interface FileStream {
  readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>
  readonly complete?: boolean
  readonly exitcode?: number
}

export interface WandbService {
  open(run: RunDescription): Promise<RunPlace>
  send(path: string, body: FileStream): Promise<void>
  close(): Promise<void>
}

const timeoutMs = 10_000
/** They do not change by asking again. */
const finalStatuses = [400, 401, 403, 404, 409, 410]

const resumeQuery = `query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) { bucket(name: $name, missingOk: true) { historyLineCount } }
}`
const upsertMutation = `mutation UpsertBucket($name: String, $project: String, $entity: String, $groupName: String, $displayName: String, $config: JSONString, $tags: [String!]) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, groupName: $groupName, displayName: $displayName, config: $config, tags: $tags}) {
    bucket { project { name entity { name } } }
  }
}`

/** Requests fail with TrainerError `wandb-failed`, whose details have `isFinal` where another try is in vain. */
export function openWandbService({ baseUrl, apiKey }: WandbAccount): WandbService {
  const hasProxy = ['http_proxy', 'https_proxy'].some((name) => process.env[name] || process.env[name.toUpperCase()])
  const dispatcher = hasProxy ? new EnvHttpProxyAgent() : new Agent()
  const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`

  async function post(path: string, body: object): Promise<unknown> {
    const headers = { authorization, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(timeoutMs)
    const request = { method: 'POST', headers, body: JSON.stringify(body), dispatcher, signal }
    let text: string
    let status: number
    try {
      const response = await fetch(`${baseUrl}${path}`, request)
      ;[text, status] = [await response.text(), response.status]
    } catch (error) {
      throw failed(path, reasonOf(error), false)
    }
    if (status !== 200) throw failed(path, `status ${status}`, finalStatuses.includes(status))
    try {
      return JSON.parse(text)
    } catch {
      throw failed(path, 'no JSON', false)
    }
  }

  async function ask(query: string, variables: object): Promise<Record<string, unknown>> {
    const { data, errors } = (await post('/graphql', { query, variables })) as Answer
    if (data && !errors?.length) return data
    throw failed('/graphql', errors?.[0]?.message ?? 'no data', false)
  }

  function failed(path: string, reason: string, isFinal: boolean): TrainerError {
    const message = `Expected ${baseUrl}${path} to answer but received ${reason}. Check WANDB_API_KEY, WANDB_BASE_URL and the network.`
    return new TrainerError('wandb-failed', message, { baseUrl, path, reason, isFinal })
  }

  return {
    async open({ id: name, config, ...run }) {
      const { project, entity } = run
      const { model } = (await ask(resumeQuery, { project, entity, name })) as Resumed
      const values = Object.entries(config).map(([key, value]) => [key, { value }])
      const variables = { ...run, name, config: JSON.stringify(Object.fromEntries(values)) }
      const { upsertBucket } = (await ask(upsertMutation, variables)) as Upserted
      const place = upsertBucket?.bucket?.project
      if (!place?.entity?.name) throw failed('/graphql', 'no project for the run', false)
      return { entity: place.entity.name, project: place.name, lines: model?.bucket?.historyLineCount ?? 0 }
    },
    send: async (path, body) => void (await post(path, body)),
    close: () => dispatcher.destroy(),
  }
}

interface Answer {
  readonly data?: Record<string, unknown>
  readonly errors?: readonly { readonly message?: string }[]
}

interface Resumed {
  readonly model?: { readonly bucket?: { readonly historyLineCount?: number } | null } | null
}

interface Upserted {
  readonly upsertBucket?: {
    readonly bucket?: { readonly project?: { readonly name: string; readonly entity?: { readonly name: string } } }
  }
}

/** The innermost cause: fetch says no more than that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause) return reasonOf(error.cause)
  if (error.name === 'TimeoutError') return `nothing within ${timeoutMs / 1000} s`
  return (error as NodeJS.ErrnoException).code ?? error.message
}
