/** What `serve` opens its HTTP port with: secrets come from files or the environment, never from an argument that others can list. */
import { readInputFile } from '@mammokit/atomic-files'
import { CommandLineError, type Progress } from '@mammokit/command-line'
import type { HttpServerOptions } from '@mammokit/study-service'
import type { z } from 'zod'
import type { serveSchema } from '../config.ts'

export type ResolvedServeConfig = z.output<typeof serveSchema>

/** @throws {CommandLineError} `invalid-value`; FileError for a file that cannot be read */
export async function httpOptions(
  { httpHost: host, httpPort: port, httpLimits, tokenFile, tlsCert, tlsKey }: ResolvedServeConfig,
  progress: Progress,
): Promise<HttpServerOptions> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const missing = tlsCert === undefined ? '--tls-cert' : '--tls-key'
    throw new CommandLineError('invalid-value', `Expected ${missing} for TLS but received none. Give both files.`, {
      missing,
    })
  }
  const read = async (path: string) => String(await readInputFile(path, 'Check the path.'))
  const token = tokenFile === undefined ? process.env.MAMMOKIT_TOKEN : await read(tokenFile)
  return {
    ...{ host, port, token: token?.trim() },
    ...(tlsCert !== undefined && { tls: { cert: await read(tlsCert), key: await read(tlsKey!) } }),
    limits: Object.fromEntries(Object.entries(httpLimits).filter(([, value]) => value !== undefined)),
    onRequest({ method, route, status, code, durationMs }) {
      if (route === '/healthz' && status === 200) return
      const seconds = (durationMs / 1000).toFixed(3)
      progress.line(`${new Date().toISOString()} ${method} ${route} ${status}${code ? ` ${code}` : ''} ${seconds} s`)
    },
  }
}
