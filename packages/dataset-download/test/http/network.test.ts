import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, request } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { downloadDataset } from '../../src/index.ts'
import { differences, temporaryFolder, tree } from '../folder.ts'
import { kaggleServer, listen } from '../kaggle-server.ts'
import { archiveOf, sampleFiles } from '../sample-files.ts'

const credentials = { authorization: 'Bearer secret', origin: 'test', readableByOthers: false }
const files = sampleFiles(3)

/** A proxy that passes on what it is asked for, whole addresses and tunnels, and notes it. */
async function proxy(): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server = createHttpServer((incoming, response) => {
    asked.push(`GET ${new URL(incoming.url ?? '').host}`)
    const passed = request(incoming.url ?? '', { headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy()).end()
  })
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(`CONNECT ${url}`)
    const [host, port] = url.split(':')
    const passed = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      passed.pipe(socket).pipe(passed)
    })
    passed.on('error', () => socket.destroy())
    socket.on('error', () => passed.destroy())
  })
  return { address: await listen(server), asked }
}

it('goes through the proxy of HTTP_PROXY, to the API and to the storage, but not where NO_PROXY says so', async () => {
  const [server, { address, asked }] = [await kaggleServer({ archive: archiveOf(files).bytes }), await proxy()]
  const options = { source: { competition: 'x' }, endpoint: server.endpoint, credentials }
  vi.stubEnv('HTTP_PROXY', address)
  try {
    const to = temporaryFolder()
    await downloadDataset({ ...options, to })
    expect(differences(tree(to), files)).toEqual([])
    const hosts = new Set(asked.map((text) => text.split(' ')[1]))
    expect(hosts).toEqual(new Set([server.endpoint, server.storage].map((url) => new URL(url).host)))
    const before = asked.length
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    await downloadDataset({ ...options, to: temporaryFolder() })
    expect(asked).toHaveLength(before)
  } finally {
    vi.unstubAllEnvs()
  }
})

/** The error of a download from an https server with that certificate, in a process that trusts it or not. */
async function certificateError(name: string, { isTrusted = true, env = {} } = {}) {
  const path = fileURLToPath(new URL(`../fixtures/${name}.pem`, import.meta.url))
  const pem = readFileSync(path)
  const address = await listen(createHttpsServer({ cert: pem, key: pem }, (_, response) => response.end()))
  const endpoint = address.replace('http:', 'https:')
  const script = `
    import { downloadDataset } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
    const options = { source: { dataset: 'a/b' }, to: '/nowhere', endpoint: '${endpoint}', retries: 0 }
    await downloadDataset(options).catch(({ code, message }) => console.log(JSON.stringify({ code, message, endpoint: '${endpoint}' })))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...env, ...(isTrusted && { NODE_EXTRA_CA_CERTS: path }) },
  })
  return JSON.parse(stdout) as { code: string; message: string; endpoint: string }
}

it.each([
  ['certificate-expired', 'CERT_HAS_EXPIRED'],
  ['certificate-not-yet-valid', 'CERT_NOT_YET_VALID'],
])('%s: the error says what the clock of this machine says', async (name, received) => {
  const { code, message } = await certificateError(name)
  expect(code).toBe('certificate-refused')
  expect(message).toContain(`but received ${received}. This machine's clock says ${new Date().getUTCFullYear()}-`)
})

it('a certificate that nobody vouches for, through the tunnel of HTTPS_PROXY: the error names NODE_EXTRA_CA_CERTS', async () => {
  const { address, asked } = await proxy()
  const { code, message, endpoint } = await certificateError('certificate-unknown', {
    isTrusted: false,
    env: { HTTPS_PROXY: address },
  })
  expect(asked).toEqual([`CONNECT ${new URL(endpoint).host}`])
  expect(code).toBe('certificate-refused')
  expect(message).toContain('NODE_EXTRA_CA_CERTS')
})

it('a redirect from https to http is not followed', async () => {
  const { nextUrl } = await import('../../src/http/http-client.ts')
  expect(() => nextUrl(new URL('https://a.example/x?signature=1'), 'http://b.example/', 0)).toThrow(
    'Expected a redirect to an https address from https://a.example but received one to http://b.example.',
  )
  expect(() => nextUrl(new URL('https://a.example/'), 'file:///etc/passwd', 0)).toThrow(
    'received one to no such address',
  )
})
