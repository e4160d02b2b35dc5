/** A C-STORE and C-ECHO SCP that stores into a spool. */
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { explainTls, listen } from '../http/listen.ts'
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
  const sockets = new Set<Socket>()
  const began = new Set<Socket>()

  const onConnection = (socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress ?? '')
    socket.on('error', () => socket.destroy())
    // Connections without an association are limited, too.
    if (!isPeer(peer) || sockets.size >= 4 * maxAssociations) {
      onEvent({ kind: 'connection-refused', peer, code: isPeer(peer) ? 'limit' : 'address' })
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      began.delete(socket)
    })
    const isWithin = createPduGuard(maxPduBytes)
    socket.on('data', (piece: Buffer) => {
      if (isWithin(piece)) return
      onEvent({ kind: 'association-failed', peer, code: 'pdu-length' })
      socket.destroy()
    })
    const timer = setTimeout(() => began.has(socket) || socket.destroy(), idleSeconds * 1000)
    socket.on('close', () => clearTimeout(timer))
    const mayBegin = () => {
      if (began.size >= maxAssociations && !began.has(socket)) return false
      began.add(socket)
      return true
    }
    new StorageScp(socket, { spool, options, mayBegin })
  }

  const server = tls
    ? explainTls(() =>
        createTlsServer(
          { ...tls, minVersion: 'TLSv1.2', ...(tls.ca && { requestCert: true, rejectUnauthorized: true }) },
          onConnection,
        ),
      )
    : createServer(onConnection)
  await listen(server, host, port)
  return {
    port: (server.address() as { port: number }).port,
    get associations() {
      return began.size
    },
    async close(graceMs = 5000) {
      const closed = new Promise((resolve) => server.close(resolve))
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, graceMs)
      for (const socket of sockets) if (!began.has(socket)) socket.destroy()
      await closed
      clearTimeout(timer)
    },
  }
}
