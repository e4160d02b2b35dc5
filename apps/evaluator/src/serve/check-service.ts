/** `serve --check`: whether the service that runs with the same flags is ready, for the health check of a container. */
import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type CommandContext, CommandLineError, exitCodes, parseConfig, silentContext } from '@mammokit/command-line'
import { type ServeConfig, serveSchema } from '../serve-config.ts'

export interface ServiceCheck {
  /** 0 for a service that is ready, else 1. */
  readonly exitCode: number
}

const timeoutMs = 5000

/** @throws {CommandLineError} `invalid-value` where HTTP, by which it asks, is off */
export async function checkService(
  input: ServeConfig,
  { progress }: CommandContext = silentContext,
): Promise<ServiceCheck> {
  const { http, httpHost, httpPort, tlsCert } = parseConfig(serveSchema, input)
  if (!http) {
    const message =
      'Expected a port for HTTP with --check, which asks /healthz there, but received off. Give the service a port, on the loopback address if nobody else may use it, or ask its DICOM port with a C-ECHO, as echoscu does.'
    throw new CommandLineError('invalid-value', message, {})
  }
  const host = httpHost === '0.0.0.0' ? '127.0.0.1' : httpHost === '::' ? '::1' : httpHost
  const answer = await askHealth({ host, port: httpPort, path: '/healthz', timeout: timeoutMs }, tlsCert !== undefined)
  progress.line(answer.text)
  return { exitCode: answer.status === 200 ? exitCodes.success : exitCodes.failure }
}

/** The certificate is not checked: the service is this machine's own, and nothing secret is sent. */
function askHealth(
  options: { host: string; port: number; path: string; timeout: number },
  isTls: boolean,
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve) => {
    const fail = (reason: string) => resolve({ status: undefined, text: `not reached: ${reason}` })
    const request: ClientRequest = isTls
      ? httpsRequest({ ...options, rejectUnauthorized: false })
      : httpRequest(options)
    request.on('response', (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    request.on('error', ({ message }) => fail(message))
    request.on('timeout', () => {
      fail(`no answer in ${timeoutMs} ms`)
      request.destroy()
    })
    request.end()
  })
}
