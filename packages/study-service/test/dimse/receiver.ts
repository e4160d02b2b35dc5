/** A receiver of objects that takes any class: dcmjs-dimse's own server. */
import dimse from 'dcmjs-dimse'
import { onTestFinished } from 'vitest'
import { fileMeta } from '../../src/dimse/file-meta.ts'

dimse.log.disableAll()

export interface ReceiverOptions {
  readonly port?: number
  /** Transfer syntaxes that it takes. @default explicit VR little endian */
  readonly syntax?: string
  /** Speaks TLS; with a CA it asks clients for a certificate. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string }
  /** Gives the status of the n-th object. @default 0 */
  readonly statusOf?: (index: number) => number
}

export interface Receiver {
  readonly port: number
  /** In the order in which they came. */
  readonly received: { sopInstanceUid: string; file: Buffer }[]
  readonly titles: string[]
  close(): void
}

export async function receiverOf(options: ReceiverOptions = {}): Promise<Receiver> {
  const { port = 0, tls, syntax = '1.2.840.10008.1.2.1', statusOf = () => 0 } = options
  const received: Receiver['received'] = []
  const titles: string[] = []
  let count = 0
  class Scp extends dimse.Scp {
    bytes = Buffer.alloc(0)
    override createDatasetFromStoreWritableStream(stream: never, _: unknown, callback: (dataset: never) => void) {
      this.bytes = (stream as { toBuffer(): Buffer }).toBuffer()
      callback(undefined as never)
    }
    override associationRequested(association: never) {
      const { getPresentationContexts } = association as { getPresentationContexts(): { id: number }[] }
      const asked = association as unknown as dimse.association.Association
      titles.push(`${asked.getCallingAeTitle().trim()}>${asked.getCalledAeTitle().trim()}`)
      for (const { id } of getPresentationContexts.call(association)) {
        const context = asked.getPresentationContext(id)
        const { Accept, RejectTransferSyntaxesNotSupported } = dimse.constants.PresentationContextResult
        if (context.hasTransferSyntaxUid(syntax)) context.setResult(Accept, syntax)
        else context.setResult(RejectTransferSyntaxesNotSupported)
      }
      this.sendAssociationAccept()
    }
    override cStoreRequest(
      request: dimse.requests.CStoreRequest,
      callback: (response: dimse.responses.CStoreResponse) => void,
    ) {
      const response = dimse.responses.CStoreResponse.fromRequest(request)
      const status = statusOf(count++)
      response.setStatus(status)
      const [sopClassUid, sopInstanceUid] = [request.getAffectedSopClassUid(), request.getAffectedSopInstanceUid()]
      const meta = fileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid: syntax })
      if (status === 0) received.push({ sopInstanceUid, file: Buffer.concat([meta, this.bytes]) })
      callback(response)
    }
    override associationReleaseRequested() {
      this.sendAssociationReleaseResponse()
    }
  }
  const server = new dimse.Server(Scp as never)
  await new Promise((resolve) => {
    server.on('listening', resolve)
    const asks = { requestCert: tls?.ca !== undefined, rejectUnauthorized: tls?.ca !== undefined }
    server.listen(port, tls && { securityOptions: { ...tls, ...asks } })
  })
  onTestFinished(() => server.close())
  const { server: listening } = server as unknown as { server: { address(): { port: number } } }
  return { port: listening.address().port, received, titles, close: () => server.close() }
}
