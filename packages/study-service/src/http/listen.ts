/** What a port and a certificate can be refused for, of HTTP and of DICOM. */
import type { Server } from 'node:net'
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
