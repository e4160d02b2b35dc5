/** What a port and a certificate can be refused for, of HTTP and of DICOM. */
import { X509Certificate } from 'node:crypto'
import type { Server } from 'node:net'
import { createSecureContext } from 'node:tls'
import { StudyError } from '../study-error.ts'

/** @throws {StudyError} `cannot-listen` */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      server.on('error', () => undefined) // of single connections, such as too many open files
      resolve()
    })
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StudyError(
      'cannot-listen',
      `Expected to listen on ${host} port ${port} but received ${error.code ?? error.message}. Choose another port, or end what listens there.`,
      { host, port },
    )
  })
}

/** @throws {StudyError} `bad-option` for a certificate or key that cannot be used */
export function explainTls<Made>(create: () => Made): Made {
  try {
    return create()
  } catch (error) {
    const received = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    throw new StudyError(
      'bad-option',
      `Expected a certificate and its private key in PEM for TLS but received ${received}. Give the two files that belong together.`,
      { received },
    )
  }
}

/** A certificate with its key, and whose certificates the other side must have; PEM. */
export interface TlsFiles {
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly ca?: string | Buffer
}

/**
 * Checks what Node does not: it accepts a CA that is no certificate, and then trusts nobody.
 *
 * @throws {StudyError} `bad-option` for what cannot be used
 */
export function checkTlsFiles(files: TlsFiles): void {
  explainTls(() => createSecureContext({ ...files }))
  if (files.ca === undefined) return
  try {
    new X509Certificate(files.ca)
  } catch (error) {
    const received = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    const message = `Expected the certificate of a CA in PEM for TLS but received ${received}. Give the file of the CA.`
    throw new StudyError('bad-option', message, { received })
  }
}
