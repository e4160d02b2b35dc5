import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../study-files.ts'
import { startHttpService } from './http-service.ts'

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
