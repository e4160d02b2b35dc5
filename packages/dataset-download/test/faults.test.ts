import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../src/http/explain-failure.ts'
import { type DownloadError, type DownloadNotice, type DownloadOptions, downloadDataset } from '../src/index.ts'
import { differences, temporaryFolder, tree } from './folder.ts'
import { type Fault, type KaggleServer, kaggleServer, type ServedRequest } from './kaggle-server.ts'
import { archiveOf, noise, random, sampleFiles } from './sample-files.ts'

const credentials = { authorization: 'Bearer secret', origin: 'test', readableByOthers: false }
const files = sampleFiles(5)
const archive = archiveOf(files).bytes
const options = ({ endpoint }: KaggleServer, to: string, more: Partial<DownloadOptions> = {}): DownloadOptions => ({
  source: { competition: 'rsna-breast-cancer-detection' },
  to,
  endpoint,
  credentials,
  retryDelayMs: 0,
  ...more,
})
const json = { 'content-type': 'application/json' }

async function errorOf(fault: (request: ServedRequest) => Fault | undefined, more: Partial<DownloadOptions> = {}) {
  const [server, to] = [await kaggleServer({ files, archive, fault }), temporaryFolder()]
  const error: DownloadError = await downloadDataset(options(server, to, more)).then(
    () => expect.unreachable(),
    (reason) => reason,
  )
  expect(Object.keys(tree(to)).filter((name) => !name.includes('.partial') && !(name in files))).toEqual([])
  return { error, server, to }
}

describe('an answer of the API that says no', () => {
  it.each([
    [
      403,
      'rules-not-accepted',
      'Accept the rules on https://www.kaggle.com/competitions/rsna-breast-cancer-detection/rules',
    ],
    [401, 'credentials-refused', 'Create a new token'],
    [404, 'not-found', 'Check the name'],
    [400, 'server-refused', 'Start again'],
  ])('%s is %s, at once', async (status, code, advice) => {
    const fault = {
      status,
      headers: json,
      body: '{"message": "You must accept this competition\\u0027s rules\\u001b[2J"}',
    }
    const { error, server } = await errorOf(({ host }) => (host === 'api' ? fault : undefined))
    expect(error).toMatchObject({ name: 'DownloadError', code, details: { status } })
    expect(error.message).toContain(advice)
    expect(error.message).toContain(`received status ${status} (You must accept this competition's rules [2J). `)
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  it('403 of a data set asks for access, and for a key where none was sent', async () => {
    const source = { dataset: 'ada/private' }
    const fault = ({ host }: ServedRequest) => (host === 'api' ? { status: 403 } : undefined)
    expect((await errorOf(fault, { source })).error.code).toBe('access-denied')
    process.env.KAGGLE_CONFIG_DIR = temporaryFolder()
    const { KAGGLE_API_TOKEN: token, HOME: home } = process.env
    delete process.env.KAGGLE_API_TOKEN
    process.env.HOME = temporaryFolder()
    try {
      expect((await errorOf(fault, { source, credentials: undefined })).error.code).toBe('no-credentials')
      const { error, server } = await errorOf(fault, { credentials: undefined })
      expect(error).toMatchObject({ code: 'no-credentials' })
      expect(error.message).toContain('set KAGGLE_API_TOKEN')
      expect(server.requests).toHaveLength(0)
    } finally {
      Object.assign(process.env, { HOME: home }, token !== undefined && { KAGGLE_API_TOKEN: token })
      delete process.env.KAGGLE_CONFIG_DIR
    }
  })

  it.each([
    [429, 'rate-limited'],
    [503, 'server-failed'],
  ])('%s is tried again, and %s once the retries are used up', async (status, code) => {
    const { error, server } = await errorOf(() => ({ status }), { retries: 3 })
    expect(error.code).toBe(code)
    expect(server.requests).toHaveLength(4)
  })

  it('Retry-After is waited for, said, and over a quarter of an hour an error', async () => {
    const notices: DownloadNotice[] = []
    let refused = 0
    const fault = () => (refused++ < 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined)
    const [server, to] = [await kaggleServer({ files, archive, fault }), temporaryFolder()]
    const start = performance.now()
    await downloadDataset(options(server, to, { onNotice: (notice) => notices.push(notice) }))
    expect(performance.now() - start).toBeGreaterThan(990)
    expect(notices).toEqual([
      {
        kind: 'waiting',
        message: expect.stringMatching(/received status 429\. Trying again in 1\.0 s\.$/),
        seconds: 1,
      },
    ])
    const { error } = await errorOf(() => ({ status: 429, headers: { 'retry-after': '3600' } }))
    expect(error).toMatchObject({ code: 'rate-limited', details: { retryAfterSeconds: 3600 } })
    expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:00 GMT', Date.parse('2026-10-21T07:27:30Z'))).toBe(30)
    expect(parseRetryAfter('soon')).toBeUndefined()
  })

  it('a stop ends the wait with its own reason', async () => {
    const stop = new AbortController()
    const fault = () => ({ status: 429, headers: { 'retry-after': '600' } })
    const [server, to] = [await kaggleServer({ files, archive, fault }), temporaryFolder()]
    const waiting = downloadDataset(
      options(server, to, { signal: stop.signal, onNotice: () => stop.abort(new Error('enough')) }),
    )
    await expect(waiting).rejects.toThrow('enough')
  })
})

/** How a download may end that damaged bytes reached. */
const ended = ['bad-archive', 'archive-truncated', 'unsafe-archive', 'archive-changed', 'server-refused']

it('any mixture of faults ends with the same bytes, whatever the server can do', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const next = random(seed)
    let left = 60
    const fault = ({ host }: ServedRequest): Fault | undefined => {
      if (left <= 0 || next() < 0.4) return undefined
      left--
      const kind = Math.floor(next() * (host === 'api' ? 3 : 7))
      if (kind === 0) return { status: 429, headers: { 'retry-after': '0' } }
      if (kind === 1) return { status: [500, 502, 503, 504, 408][Math.floor(next() * 5)] }
      if (kind === 2) return { dropAfter: 0 }
      if (kind === 3) return { damageAt: 100 + Math.floor(next() * 1e6) }
      if (kind === 4) return { cutTo: Math.floor(next() * 100_000) + 1 }
      if (kind === 5) return { status: 403, body: 'expired' }
      return { dropAfter: Math.floor(next() * 100_000) }
    }
    const [ranges, versions, hasArchive] = [seed % 4 !== 1, seed % 5 !== 2, seed % 3 !== 0]
    const server = await kaggleServer({ files, ...(hasArchive && { archive }), ranges, versions, fault })
    const to = temporaryFolder()
    // A damaged directory, and a file that is damaged three times, are errors: the next start goes on.
    let isOneByOne = false
    for (let starts = 0; starts < 30; starts++) {
      isOneByOne = false
      const onNotice = ({ kind }: DownloadNotice) => {
        if (kind === 'file-by-file') isOneByOne = true
      }
      // More retries than faults: no chance can use them up, so an error that asks for patience would be a fault of ours.
      const result = await downloadDataset(options(server, to, { retries: 100, onNotice })).catch((error) => error)
      if (result.damaged?.length === 0) break
      if (result instanceof Error)
        expect(ended, `seed ${seed}, start ${starts}: ${result}`).toContain((result as DownloadError).code)
    }
    // Without versions and hashes, a server's damage to a single file cannot be seen.
    const seen = differences(tree(to), files)
    if (versions || !isOneByOne) expect({ seed, seen }).toEqual({ seed, seen: [] })
  }
})

it('signed addresses that expire are asked for anew', async () => {
  let served = 0
  const [server, to] = [await kaggleServer({ files, archive }), temporaryFolder()]
  server.options.fault = ({ host }) => {
    if (host === 'storage' && served++ % 3 === 2) server.expire()
    return undefined
  }
  await downloadDataset(options(server, to, { connections: 1 }))
  expect(differences(tree(to), files)).toEqual([])
})

it('an archive that is replaced in the middle is read anew; what is the same is kept', async () => {
  const large = Object.fromEntries(['a', 'b', 'c'].map((name, i) => [`${name}.bin`, noise(6 << 20, i)]))
  const older = { ...files, ...large }
  const newer = { ...older, 'train.csv': Buffer.from('corrected\n'), 'b.bin': noise(5 << 20, 9) }
  const [server, to] = [await kaggleServer({ archive: archiveOf(older).bytes }), temporaryFolder()]
  const newerArchive = archiveOf(newer).bytes
  const notices: string[] = []
  const onProgress = ({ files: done }: { files: number }) => {
    if (done === 13) server.options.archive = newerArchive
  }
  const onNotice = ({ kind }: DownloadNotice) => notices.push(kind)
  const { fetched } = await downloadDataset(options(server, to, { connections: 1, onProgress, onNotice }))
  expect(notices.filter((kind) => kind !== 'replaced')).toEqual(['archive-changed'])
  expect(fetched).toBeLessThan(5)
  expect(differences(tree(to), newer)).toEqual([])
})

it('a file that changes while it is fetched alone is begun anew', async () => {
  const name = 'train_images/10001/1000.dcm'
  const before = { [name]: files[name] }
  const after = { [name]: Buffer.from(files[name]).reverse() }
  let storage = 0
  const served = { ...before }
  const server = await kaggleServer({
    files: served,
    fault({ host }) {
      if (host !== 'storage') return undefined
      Object.assign(served, after) // from the next request on
      return storage++ === 0 ? { dropAfter: 1000 } : undefined
    },
  })
  const to = temporaryFolder()
  await downloadDataset(options(server, to))
  expect(differences(tree(to), after)).toEqual([])
})

it('a file whose bytes never have the stated MD5 is listed as damaged, and is not there', async () => {
  const name = 'train_images/10001/1000.dcm'
  const fault = ({ path }: ServedRequest) => (path === name ? { damageAt: 500 } : undefined)
  const [server, to] = [await kaggleServer({ files, fault }), temporaryFolder()]
  const { damaged } = await downloadDataset(options(server, to))
  expect(damaged).toMatchObject([{ code: 'corrupt-file', details: { path: name } }])
  expect(differences(tree(to), files)).toEqual([name])
})

it('a connection that says nothing is lost after timeoutMs', async () => {
  const { error } = await errorOf(() => ({ stall: true }), { timeoutMs: 100, retries: 1 })
  expect(error.code).toBe('connection-lost')
  expect(error.message).toContain('but received Headers Timeout Error. Check the network')
})

it('nobody at the address: connection-lost, with what to check', async () => {
  const closed = { endpoint: 'http://127.0.0.1:9', retries: 1 }
  const { error } = await errorOf(() => undefined, closed)
  expect(error).toMatchObject({ code: 'connection-lost', details: { systemCode: 'ECONNREFUSED' } })
  expect(error.message).toMatch(
    /^Expected a connection to http:\/\/127\.0\.0\.1:9 but received ECONNREFUSED\. Check the network/,
  )
})

it.each([
  [{ endpoint: 'http://kaggle.example' }, 'https'],
  [{ connections: 0 }, 'connections'],
  [{ retries: 1.5 }, 'retries'],
  [{ source: { competition: '../x' } }, 'competition'],
  [{ source: { dataset: 'x' } }, 'owner/name'],
  [{ source: { dataset: 'a/b', version: 0 } }, 'version'],
])('%j is refused', async (more, text) => {
  const { error } = await errorOf(() => undefined, more as Partial<DownloadOptions>)
  expect(error.code).toBe('bad-value')
  expect(error.message).toContain(text)
})
