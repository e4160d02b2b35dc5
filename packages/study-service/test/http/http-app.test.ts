import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { isUid } from '../../src/dicom/uid.ts'
import { type AnsweredRequest, resultSchema, StudyError } from '../../src/index.ts'
import { modelOf, temporaryFolder, viewFile } from '../study-files.ts'
import { formOf } from './form-of.ts'
import { rawAnswer, startHttpService } from './http-service.ts'

const token = '0123456789abcdef0123456789abcdef'
const uid = '1.2.3.100'

/** A busy machine may take long. */
const patience = { timeout: 60_000 }

const views = [
  viewFile({ view: 'CC', seed: 1, sopInstanceUid: '1.2.3.1' }),
  viewFile({ view: 'MLO', seed: 2, sopInstanceUid: '1.2.3.2' }),
]

const picture = (seed: number) =>
  Buffer.concat([
    Buffer.from('P5 48 64 255\n'),
    Uint8Array.from({ length: 64 * 48 }, (_, at) => (at % 48 < 24 ? 90 + ((at * seed) % 60) : 0)),
  ])

/** Status, code and message of a problem document. */
async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { type, title, status, code, detail } = (await response.json()) as Record<string, unknown>
  expect({ type, status }).toEqual({ type: 'about:blank', status: response.status })
  expect(title).toMatch(/^[A-Z]/)
  expect(detail).toMatch(/Expected .+ but .+\. .+\.$/s)
  return `${status} ${code}`
}

describe('POST /api/studies and GET /api/results', () => {
  test('take a study, say how far it is, then give result.json and its overlays', async () => {
    let goOn = () => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const model = modelOf([0.25])
    const explain: typeof model.explain = async (image) => {
      await gate
      return await model.explain(image)
    }
    const service = await startHttpService({ model: { ...model, explain } })
    const posted = await service.post(formOf(...views))
    expect(posted.status).toBe(202)
    expect(posted.headers.get('location')).toBe(`/api/results/${uid}`)
    expect(await posted.json()).toEqual({ studies: [{ uid, result: `/api/results/${uid}` }] })
    const early = await service.ask(`/api/results/${uid}`)
    expect([early.status, early.headers.get('retry-after')]).toEqual([202, '5'])
    expect(await early.json()).toEqual({ uid, state: expect.stringMatching(/^(received|waiting|working)$/), images: 2 })
    goOn()
    const response = await service.result(`/api/results/${uid}`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    const result = resultSchema.parse(await response.json())
    expect(result.notice).toContain('Not a medical device')
    expect(result.studies[0]).toMatchObject({
      studyInstanceUid: uid,
      breasts: [{ laterality: 'L', views: ['CC', 'MLO'] }],
    })
    for (const { heatmap } of result.studies[0].images) {
      const overlay = await service.ask(`/api/results/${uid}/${heatmap}`)
      expect([overlay.status, overlay.headers.get('content-type')]).toEqual([200, 'image/png'])
      expect(await overlay.text()).toBe('a picture')
    }
    for (const { headers } of [posted, early, response]) {
      expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-store'])
    }
  })

  test('pictures of a request are one study whose UID is made of them; fields or file names say side and view', async () => {
    const service = await startHttpService()
    const [one, two] = [picture(3), picture(7)]
    const form = formOf(['laterality', 'R'], ['view', 'CC'], one, ['view', 'MLO'], two)
    const { studies } = (await (await service.post(form)).json()) as { studies: { uid: string; result: string }[] }
    expect(studies.map((study) => isUid(study.uid))).toEqual([true])
    const result = resultSchema.parse(await (await service.result(studies[0].result)).json())
    expect(result.studies[0].images.map(({ laterality, view }) => `${laterality} ${view}`).sort()).toEqual([
      'R CC',
      'R MLO',
    ])
    const named = new FormData()
    for (const [name, file] of [
      ['R_MLO.pgm', two],
      ['Doe_R_CC.pgm', one],
    ] as const)
      named.append('file', new Blob([new Uint8Array(file)]), name)
    expect(await (await service.post(named)).json()).toEqual({ studies })
    expect(JSON.stringify(result)).not.toContain('Doe')
  })

  test('images that share a SOP Instance UID are all kept and answered, with a warning', async () => {
    const service = await startHttpService()
    const sides = (['L', 'R'] as const).flatMap((laterality) => ['CC', 'MLO'].map((view) => ({ laterality, view })))
    await service.post(formOf(...sides.map((side) => viewFile({ ...side, sopInstanceUid: '1.2.3.9' }))))
    const result = resultSchema.parse(await (await service.result(`/api/results/${uid}`)).json())
    expect(result.summary).toMatchObject({ images: 4, imagesAnswered: 4, breastsAnswered: 2 })
    expect(result.studies[0].breasts.map(({ warnings }) => warnings)).toEqual([['uid:shared'], ['uid:shared']])
  })

  test('a study posted again, after its answer or twice at once, is answered once', async () => {
    const model = modelOf([0.25])
    const service = await startHttpService({ model, spool: { quietSeconds: 0.2 } })
    const posted = await Promise.all([service.post(formOf(...views)), service.post(formOf(...views))])
    expect(posted.map(({ status }) => status)).toEqual([202, 202])
    const first = await (await service.result(`/api/results/${uid}`)).text()
    expect((await service.post(formOf(...views))).status).toBe(202)
    expect(await (await service.result(`/api/results/${uid}`)).text()).toBe(first)
    expect(model.asked).toBe(2)
    await service.post(formOf(viewFile({ view: 'CC', laterality: 'R', seed: 3, sopInstanceUid: '1.2.3.3' })))
    const third = resultSchema.parse(await (await service.result(`/api/results/${uid}`)).json())
    expect(third.summary).toMatchObject({ images: 3, breasts: 2 })
  })

  test('a request is taken whole or not at all', async () => {
    const service = await startHttpService()
    const response = await service.post(formOf(views[0], Buffer.from('no image')))
    expect(await response.clone().text()).toContain('"detail":"Part 2: Expected a DICOM data set or a picture')
    expect(await problemOf(response)).toBe('415 bad-object')
    expect(await problemOf(await service.ask(`/api/results/${uid}`))).toBe('404 not-found')
    expect(service.spool.summary()).toEqual({ studies: {}, bytes: 0 })
  })

  test('half a file, and a picture that promises 10 gigapixels, are images that cannot be read; half a header is refused', async () => {
    const service = await startHttpService()
    const half = views[0].subarray(0, views[0].length - 10_000)
    const bomb = Buffer.from('P5 99999 99999 65535\n')
    const posted = await service.post(formOf(half, views[1], bomb))
    const { studies } = (await posted.json()) as { studies: { uid: string; result: string }[] }
    expect(studies[0].uid).toBe(uid)
    const codes = studies.map(async (study) => {
      const result = resultSchema.parse(await (await service.result(study.result)).json())
      return result.studies[0].images.map(({ abstention }) => abstention?.code ?? 'answered').sort()
    })
    expect(await Promise.all(codes)).toEqual([['answered', 'unreadable'], ['unreadable']])
    expect(await problemOf(await service.post(formOf(views[0].subarray(0, 200))))).toBe('415 bad-object')
  })

  test('what keep took is gone, with 410; a study that fails is a problem with its reason', async () => {
    const kept = await startHttpService({ work: { keepDays: 0 } })
    await kept.post(formOf(...views))
    const result = resultSchema.parse(await (await kept.result(`/api/results/${uid}`)).json())
    const overlay = `/api/results/${uid}/${result.studies[0].heatmap}`
    await expect.poll(async () => (await kept.ask(overlay)).status, patience).toBe(410)
    expect(kept.spool.summary().bytes).toBe(0)
    const gone = await startHttpService({ work: { keepDays: 0, keepResultDays: 0 } })
    await gone.post(formOf(...views))
    await expect.poll(async () => (await gone.ask(`/api/results/${uid}`)).status, patience).toBe(410)
    expect(await problemOf(await gone.ask(`/api/results/${uid}`))).toBe('410 removed')
    const answer = async () => Promise.reject(new StudyError('bad-path', 'Expected x but received y. Do z.'))
    const failing = await startHttpService({ work: { answer, tries: 1 } })
    await failing.post(formOf(...views))
    expect(await problemOf(await failing.result(`/api/results/${uid}`))).toBe('422 not-answered')
  })
})

describe('problems', () => {
  test('say status, code, what was expected, what came and what to do', async () => {
    const service = await startHttpService({ limits: { partBytes: 40_000, uploads: 1 } })
    const problems: [string, Promise<Response>][] = [
      ['404 not-found', service.ask('/')],
      ['404 not-found', service.ask('/api/results/1.2.3')],
      ['404 not-found', service.ask(`/api/results/1.2.3/overlays/${'0'.repeat(16)}.png`)],
      ['405 bad-method', service.ask('/api/studies')],
      ['405 bad-method', service.ask('/api/results/1.2.3', { method: 'DELETE' })],
      ['400 bad-request', service.post('{}', { headers: { 'content-type': 'application/json' } })],
      ['400 bad-request', service.post(formOf(['laterality', 'X'], views[0]))],
      ['413 too-large', service.post(formOf(new Uint8Array(40_001)))],
    ]
    for (const [expected, response] of problems) expect(await problemOf(await response)).toBe(expected)
    expect((await service.ask('/api/studies')).headers.get('allow')).toBe('POST')
  })

  test('no path of a request leaves the folder of its study', async () => {
    const service = await startHttpService()
    await service.post(formOf(...views))
    await service.result(`/api/results/${uid}`)
    for (const path of [
      '/api/results/..%2f..%2f..%2fetc%2fpasswd',
      '/api/results/%2e%2e/overlays/result.json',
      `/api/results/${uid}/overlays/..%2fresult.json`,
      `/api/results/${uid}/overlays/%00.png`,
      `/api/results/${'1.'.repeat(3000)}1`,
    ]) {
      expect(await problemOf(await service.ask(path)), path).toBe('404 not-found')
    }
  })

  test('a full spool is 507, more requests with files at once than allowed are 503', async () => {
    const full = await startHttpService({ spool: { limits: { spoolBytes: 5000, freeBytes: 0 } } })
    const refused = await full.post(formOf(...views))
    expect([await problemOf(refused), refused.headers.get('retry-after')]).toEqual(['507 spool-full', '60'])
    expect(full.spool.summary().bytes).toBe(0)
    const busy = await startHttpService({ limits: { uploads: 1 } })
    let end = () => {}
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx'))
        end = () => controller.close()
      },
    })
    const headers = { 'content-type': 'multipart/form-data; boundary=B' }
    const first = busy.post(body, { headers, duplex: 'half' } as RequestInit)
    await expect.poll(async () => (await busy.post(formOf(...views))).status, patience).toBe(503)
    end()
    expect(await problemOf(await first)).toBe('400 bad-request')
    expect((await busy.post(formOf(...views))).status).toBe(202)
  })
})

describe('security', () => {
  test('with a token nothing but its state is told to who has another', async () => {
    const service = await startHttpService({ token })
    for (const authorization of [
      undefined,
      'Bearer ',
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      `Bearer ${token}x`,
    ]) {
      const headers = authorization === undefined ? {} : { authorization }
      for (const response of [
        await service.ask('/api/results/1.2', { headers }),
        await service.post(formOf(...views), { headers }),
      ]) {
        expect(response.headers.get('www-authenticate')).toBe('Bearer')
        expect(await problemOf(response)).toBe('401 unauthorized')
      }
      expect(await (await service.ask('/healthz', { headers })).json()).toEqual({ status: 'ready' })
    }
    const headers = { authorization: `Bearer ${token}` }
    expect((await service.post(formOf(...views), { headers })).status).toBe(202)
    expect(await (await service.ask('/healthz', { headers })).json()).toMatchObject({
      status: 'ready',
      isModelLoaded: true,
      isSpoolWritable: true,
      requestErrors: { unauthorized: 10 },
    })
  })

  test('without one, pages of a browser and other host names are refused', async () => {
    const { url, ask } = await startHttpService()
    for (const origin of ['https://example.org', 'null']) {
      expect(await problemOf(await ask('/api/results/1.2', { headers: { origin } }))).toBe('403 foreign-origin')
    }
    const { port } = new URL(url)
    const answer = await rawAnswer(Number(port), 'GET /api/results/1.2 HTTP/1.1\r\nHost: attacker.example\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 403 /)
    expect((await ask('/api/results/1.2', { headers: { origin: `http://localhost:${port}` } })).status).toBe(404)
  })

  test('beyond loopback a token and TLS are required, and a token must be long', async () => {
    const code = (options: object) =>
      startHttpService(options).then(
        () => 'open',
        ({ code }) => code,
      )
    expect(await code({ host: '0.0.0.0' })).toBe('bad-option')
    expect(await code({ host: '0.0.0.0', token })).toBe('bad-option')
    expect(await code({ host: '::', token })).toBe('bad-option')
    expect(await code({ token: 'short' })).toBe('bad-option')
    expect(await code({ tls: { cert: 'none', key: 'none' } })).toBe('bad-option')
  })

  test('whoever is told of a request learns its route, and no UID', async () => {
    const requests: AnsweredRequest[] = []
    const onRequest = (request: AnsweredRequest) => requests.push(request)
    const service = await startHttpService({ onRequest, spool: { quietSeconds: 3600 } })
    await service.post(formOf(...views))
    await service.ask(`/api/results/${uid}`)
    await service.ask('/api/results/1.2.3.4')
    await service.ask('/other/1.2.3.4')
    await service.ask('/api/results/1.2.3.4', { headers: { origin: 'null' } })
    expect(requests.map(({ method, route, status, code }) => ({ method, route, status, code }))).toEqual([
      { method: 'POST', route: '/api/studies', status: 202, code: null },
      { method: 'GET', route: '/api/results/:uid', status: 202, code: null },
      { method: 'GET', route: '/api/results/:uid', status: 404, code: 'not-found' },
      { method: 'GET', route: 'none', status: 404, code: 'not-found' },
      { method: 'GET', route: '/api/results/:uid', status: 403, code: 'foreign-origin' },
    ])
  })
})

test('a failure of the service is told its operator with its cause, and nobody else', async () => {
  const requests: AnsweredRequest[] = []
  const service = await startHttpService({ onRequest: (request) => requests.push(request) })
  service.spool.stateOf = () => {
    throw Object.assign(new Error('/spool/secret'), { code: 'EIO' })
  }
  const response = await service.ask(`/api/results/${uid}`)
  expect([response.status, await response.text()]).toEqual([500, expect.not.stringMatching(/EIO|secret/)])
  expect(requests).toMatchObject([{ status: 500, code: 'failed EIO' }])
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test.skipIf(!hasOpenssl)(
  'beyond loopback the service is reached over TLS 1.2 or newer, with the token (needs openssl)',
  async () => {
    const folder = await temporaryFolder()
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const files = ['-keyout', keyFile, '-out', certFile]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', ...subject, ...files], {
      stdio: 'ignore',
    })
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')]
    const token = 'f'.repeat(32)
    const service = await startHttpService({ host: '0.0.0.0', token, tls: { cert, key } })
    expect(service.url).toMatch(/^https:\/\/0\.0\.0\.0:\d+$/)
    const port = Number(new URL(service.url).port)
    const ask = (headers: Record<string, string>) =>
      new Promise<string>((resolve, reject) => {
        const given = { host: '127.0.0.1', port, path: '/api/results/1.2.3', ca: cert, headers }
        const asked = request(given, async (response) => resolve(`${response.statusCode} ${await text(response)}`))
        asked.on('error', reject).end()
      })
    expect(await ask({ authorization: `Bearer ${token}` })).toMatch(/^404 /)
    expect(await ask({})).toMatch(/^401 /)
    const old = await new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, ca: cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
      connect(options, () => resolve('connected')).on('error', () => resolve('refused'))
    })
    expect(old).toBe('refused')
  },
)
