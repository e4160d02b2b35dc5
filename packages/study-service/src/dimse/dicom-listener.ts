/** A C-STORE and C-ECHO SCP that stores into a spool. */
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { checkTlsFiles, listen } from '../http/listen.ts'
import type { Spool } from '../spool/open-spool.ts'
import { implementationClassUid, implementationVersionName } from './file-meta.ts'
import { type DicomListenerOptions, plainAddress, resolveListenerOptions } from './listener-options.ts'
import { createPduGuard } from './pdu-guard.ts'

/** A C-STORE and C-ECHO provider that listens. */
export interface DicomListener {
  /** The one that the system chose, for port 0. */
  readonly port: number
  readonly associations: number
  /** Takes no more connections, and gives those that are open this long to end. */
  close(graceMs?: number): Promise<void>
}

/**
 * @throws {StudyError} `bad-option`, `cannot-listen`
 * @example
 * const listener = await startDicomListener(spool, { port: 11112, aeTitle: 'MAMMOKIT' })
 * await listener.close()
 */
export async function startDicomListener(spool: Spool, given: DicomListenerOptions = {}): Promise<DicomListener> {
  const options = resolveListenerOptions(given)
  const { port, host, tls, isPeer, maxAssociations, maxPduBytes, idleSeconds, onEvent } = options
  const { dimse } = await import('./dimse-library.ts')
  const { StorageScp } = await import('./storage-scp.ts')
  dimse.Implementation.setImplementationClassUid(implementationClassUid)
  dimse.Implementation.setImplementationVersion(implementationVersionName)
  dimse.Implementation.setMaxPduLength(maxPduBytes)
  const open = new Map<string, Socket>()
  const began = new Set<Socket>()
  const decrypted = new WeakSet<Socket>()

  /** Before anything is read, a handshake too: addresses and numbers. Connections without an association are limited as well. */
  const onConnection = (socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress ?? '')
    socket.on('error', () => socket.destroy())
    if (!isPeer(peer) || open.size >= 4 * maxAssociations) {
      onEvent({ kind: 'connection-refused', peer, code: isPeer(peer) ? 'limit' : 'address' })
      socket.destroy()
      return
    }
    const key = keyOf(socket)
    open.set(key, socket)
    const timer = setTimeout(() => began.has(socket) || socket.destroy(), idleSeconds * 1000)
    socket.on('close', () => {
      clearTimeout(timer)
      open.delete(key)
      began.delete(socket)
      if (tls && !decrypted.has(socket)) onEvent({ kind: 'connection-refused', peer, code: 'tls' })
    })
    if (tlsServer) tlsServer.emit('connection', socket)
    else serve(socket, socket)
  }

  /** @param stream of the connection's bytes, decrypted */
  const serve = (stream: Socket, socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress ?? '')
    stream.on('error', () => stream.destroy())
    const isWithin = createPduGuard(maxPduBytes)
    stream.on('data', (piece: Buffer) => {
      if (isWithin(piece)) return
      onEvent({ kind: 'association-failed', peer, code: 'pdu-length' })
      stream.destroy()
    })
    const mayBegin = () => {
      if (began.size >= maxAssociations && !began.has(socket)) return false
      began.add(socket)
      return true
    }
    new StorageScp(stream, { spool, options, mayBegin })
  }

  const tlsServer = tls && createSecureServer(tls)
  tlsServer?.on('tlsClientError', (_, stream) => stream.destroy())
  tlsServer?.on('secureConnection', (stream) => {
    const socket = open.get(keyOf(stream))
    if (socket === undefined) return stream.destroy()
    decrypted.add(socket)
    return serve(stream, socket)
  })
  const server = createServer(onConnection)
  await listen(server, host, port)
  return {
    port: (server.address() as { port: number }).port,
    get associations() {
      return began.size
    },
    async close(graceMs = 5000) {
      const closed = new Promise((resolve) => server.close(resolve))
      const timer = setTimeout(() => {
        for (const socket of open.values()) socket.destroy()
      }, graceMs)
      for (const socket of open.values()) if (!began.has(socket)) socket.destroy()
      await closed
      clearTimeout(timer)
    },
  }
}

/** It listens nowhere: what has passed `onConnection` is handed to it. */
function createSecureServer({ cert, key, ca }: NonNullable<DicomListenerOptions['tls']>): TlsServer {
  checkTlsFiles({ cert, key, ...(ca && { ca }) })
  return createTlsServer({
    cert,
    key,
    minVersion: 'TLSv1.2',
    ...(ca && { ca, requestCert: true, rejectUnauthorized: true }),
  })
}

/** The same for a connection and for the stream that decrypts it. */
const keyOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`
