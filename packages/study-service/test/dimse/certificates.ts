/** Certificates of a CA and of a stranger, which openssl makes for a test. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0

export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  readonly ca: string
  /** Of 127.0.0.1 and localhost, of the CA; for a client too. */
  readonly own: Pair
  /** Of the same addresses, of the stranger. */
  readonly strange: Pair
  /** Of the CA, for another host. */
  readonly elsewhere: Pair
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-certificates-'))
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const makeCa = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    )
  const sign = (name: string, ca: string, names: string): Pair => {
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    writeFileSync(join(folder, 'names'), `subjectAltName=${names}`)
    const by = ['-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-extfile', 'names', '-out', `${name}.pem`)
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) }
  }
  for (const name of ['ca', 'stranger']) makeCa(name)
  const here = 'IP:127.0.0.1,DNS:localhost'
  const made = {
    ca: read('ca.pem'),
    own: sign('own', 'ca', here),
    strange: sign('strange', 'stranger', here),
    elsewhere: sign('elsewhere', 'ca', 'DNS:pacs.example.org'),
  }
  rmSync(folder, { recursive: true })
  return made
}
