/** The HTTP interface: studies in, results out, and health. Patient data is returned only to a request for a study's UID. */
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { Spool } from '../spool/open-spool.ts'
import { StudyError } from '../study-error.ts'
import { readOverlay, readResult } from './answers.ts'
import { authorize } from './authorize.ts'
import { problemOf, problemResponse } from './problem.ts'
import type { UploadLimits } from './receive-parts.ts'
import { receiveStudies } from './receive-studies.ts'

/** What the interface is of: a spool, and whoever works on what is in it. */
export interface StudyBackend {
  readonly spool: Pick<Spool, 'stage' | 'stateOf'>
  health(): Promise<ServiceHealth>
}

/** What `/healthz` answers. */
export interface ServiceHealth {
  readonly isModelLoaded: boolean
  readonly isSpoolWritable: boolean
  /** How many studies are in each state. */
  readonly studies: Readonly<Record<string, number>>
  /** Failures since the start, by code. */
  readonly errors: Readonly<Record<string, number>>
}

export interface RequestLimits extends UploadLimits {
  /** Requests with files at once. */
  readonly uploads: number
}

export interface HttpAppOptions {
  /** Whoever sends it may ask; without it, programs of this machine. */
  readonly token?: string | undefined
  readonly limits: RequestLimits
  /** Called after each request, with the route in place of the path: no UID is in it. */
  readonly onRequest?: (request: AnsweredRequest) => void
}

/** A request that was answered, for a log: nothing of a patient. */
export interface AnsweredRequest {
  readonly method: string
  readonly route: string
  readonly status: number
  /** Of a problem, for a failure of the service with its cause, such as `failed EIO`; else null. */
  readonly code: string | null
  readonly durationMs: number
}

type App = Hono<{ Bindings: HttpBindings; Variables: { code?: string } }>
type AppContext = Context<{ Bindings: HttpBindings; Variables: { code?: string } }>

/** In every answer: nothing of it is kept, guessed or run by a browser. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const routes = {
  studies: '/api/studies',
  result: '/api/results/:uid',
  overlay: '/api/results/:uid/overlays/:name',
  health: '/healthz',
} as const

/** Seconds after which to ask again. */
const retryAfter = 5

export function createHttpApp(backend: StudyBackend, { token, limits, onRequest }: HttpAppOptions): App {
  const app: App = new Hono()
  const errors: Record<string, number> = {}
  let uploads = 0

  app.use(async (context, next) => {
    const start = performance.now()
    await next()
    for (const [name, value] of Object.entries(headers)) context.header(name, value)
    const { status } = context.res
    const code = context.get('code') ?? null
    if (code !== null) errors[code] = (errors[code] ?? 0) + 1
    const route = routeOf(context.req.path)
    onRequest?.({ method: context.req.method, route, status, code, durationMs: performance.now() - start })
  })
  app.get(routes.health, async (context) => {
    const { isModelLoaded, isSpoolWritable, ...more } = await backend.health()
    const isReady = isModelLoaded && isSpoolWritable
    const status = isReady ? 'ready' : 'not-ready'
    const isKnown = isAuthorized(context, token)
    const body = { status, ...(isKnown && { isModelLoaded, isSpoolWritable, ...more, requestErrors: errors }) }
    return context.json(body, isReady ? 200 : 503)
  })
  app.use('/api/*', async (context, next) => {
    authorize(context.env.incoming.headers, token)
    await next()
  })
  app.post(routes.studies, async (context) => {
    if (uploads >= limits.uploads) throw busy(limits.uploads)
    uploads++
    try {
      const uids = await receiveStudies(acceptBody(context), backend.spool, limits)
      const studies = uids.map((uid) => ({ uid, result: `/api/results/${encodeURIComponent(uid)}` }))
      if (studies.length === 1) context.header('location', studies[0]!.result)
      context.header('retry-after', `${retryAfter}`)
      return context.json({ studies }, 202)
    } finally {
      uploads--
    }
  })
  app.get(routes.result, async (context) => {
    const { uid } = context.req.param()
    const answer = await readResult(uid, backend.spool.stateOf(uid))
    if ('result' in answer) return context.body(answer.result, 200, { 'content-type': 'application/json' })
    context.header('retry-after', `${retryAfter}`)
    return context.json(answer, 202)
  })
  app.get(routes.overlay, async (context) => {
    const { uid, name } = context.req.param()
    const png = await readOverlay(backend.spool.stateOf(uid), name)
    return context.body(png, 200, { 'content-type': 'image/png' })
  })
  app.all('*', (context) => {
    const allowed = allowedMethods(context.req.path)
    if (allowed === undefined) throw notFound()
    return refuse(context, badMethod(context.req.method, allowed), { allow: allowed })
  })
  app.onError((error, context) => refuse(context, error))
  return app
}

function refuse(context: AppContext, error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const problem = problemOf(error)
  context.set('code', problem.status === 500 ? `${problem.code} ${causeOf(error)}` : problem.code)
  return problemResponse(problem, { ...moreHeaders[problem.code], ...headers })
}

/** For the log of whoever runs the service; a message may say more than a code, of a patient too. */
function causeOf(error: unknown): string {
  const { name, code, details } = error as Error & { code?: unknown; details?: { systemCode?: unknown } }
  return String(details?.systemCode ?? code ?? name)
}

/** Asks a sender that waits for it for the files. */
function acceptBody({ env: { incoming, outgoing } }: AppContext): HttpBindings['incoming'] {
  if (/^100-continue$/i.test(incoming.headers.expect ?? '')) outgoing.writeContinue()
  return incoming
}

/** `none` for a path that the service does not answer. */
function routeOf(path: string): string {
  const pattern = (route: string) => new RegExp(`^${route.replaceAll(/:[a-z]+/g, '[^/]+')}$`)
  return Object.values(routes).find((route) => pattern(route).test(path)) ?? 'none'
}

function isAuthorized({ env }: AppContext, token: string | undefined): boolean {
  try {
    authorize(env.incoming.headers, token)
    return true
  } catch {
    return false
  }
}

const moreHeaders: Readonly<Record<string, Record<string, string>>> = {
  unauthorized: { 'www-authenticate': 'Bearer' },
  busy: { 'retry-after': `${retryAfter}` },
  'spool-full': { 'retry-after': '60' },
}

function allowedMethods(path: string): string | undefined {
  if (path === routes.studies) return 'POST'
  return path === routes.health || path.startsWith('/api/results/') ? 'GET, HEAD' : undefined
}

const badMethod = (method: string, allowed: string): StudyError =>
  new StudyError(
    'bad-method',
    `Expected ${allowed} for this path but received ${method}. See docs/serve.md for what the service answers.`,
    { method },
  )

const notFound = (): StudyError =>
  new StudyError(
    'not-found',
    'Expected a path of this service but received another. Use POST /api/studies, GET /api/results/UID or GET /healthz.',
  )

const busy = (limit: number): StudyError =>
  new StudyError(
    'busy',
    `Expected at most ${limit} requests with files at once but received another. Send it again in ${retryAfter} s.`,
    { limit },
  )
