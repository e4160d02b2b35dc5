/** What `serve` opens its HTTP port with: secrets come from files or the environment, never from an argument that others can list. */
import { readInputFile } from '@mammokit/atomic-files'
import type { Progress } from '@mammokit/command-line'
import type { HttpServerOptions } from '@mammokit/study-service'
import type { z } from 'zod'
import type { serveSchema } from '../serve-config.ts'
import { readServerTls } from './tls-files.ts'

export type ResolvedServeConfig = z.output<typeof serveSchema>

/** @throws {CommandLineError} `invalid-value`; FileError for a file that cannot be read */
export async function httpOptions(
  { httpHost: host, httpPort: port, httpLimits, tokenFile, tlsCert, tlsKey }: ResolvedServeConfig,
  progress: Progress,
): Promise<HttpServerOptions> {
  const tls = await readServerTls('--tls', { cert: tlsCert, key: tlsKey })
  const token =
    tokenFile === undefined ? process.env.MAMMOKIT_TOKEN : String(await readInputFile(tokenFile, 'Check the path.'))
  return {
    host,
    port,
    token: token?.trim(),
    ...(tls && { tls }),
    limits: givenOf(httpLimits),
    onRequest({ method, route, status, code, durationMs }) {
      if (route === '/healthz' && status === 200) return
      const seconds = (durationMs / 1000).toFixed(3)
      progress.line(`${new Date().toISOString()} ${method} ${route} ${status}${code ? ` ${code}` : ''} ${seconds} s`)
    },
  }
}

/** The limits that were given; the others have the defaults of whoever takes them. */
export function givenOf<Limits extends object>(limits: Limits): { [Name in keyof Limits]?: NonNullable<Limits[Name]> } {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as never
}
