/** A C-STORE SCU: objects as they are in their files, in one association. */
import { readFile } from 'node:fs/promises'
import type { association as Associations } from 'dcmjs-dimse'
import type { TlsFiles } from '../http/listen.ts'
import { dimse } from './dimse-library.ts'
import { splitFile } from './file-meta.ts'
import { toImplicit } from './to-implicit.ts'

const [implicitLittleEndian, explicitLittleEndian] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1']

/** Where objects are sent to. */
export interface Destination {
  readonly aeTitle: string
  readonly host: string
  readonly port: number
}

export interface SendOptions {
  readonly callingAeTitle: string
  /** With these the peer must speak TLS and have a certificate of the CA for its host; without, it gets everything in the clear. */
  readonly tls?: TlsFiles | undefined
  /** Without a word of the peer. */
  readonly timeoutMs: number
}

/** Per path the status of its response; none for those that got no response, of which `reason` says why. */
export interface Sent {
  readonly statuses: ReadonlyMap<string, number>
  readonly reason: 'rejected' | 'network' | 'tls' | 'no-context' | null
}

/** Never rejects for what the peer does. Files are in explicit VR little endian, as `writeDicom` makes them. */
export async function sendObjects(paths: readonly string[], to: Destination, options: SendOptions): Promise<Sent> {
  const { timeoutMs } = options
  const client = new dimse.Client()
  const statuses = new Map<string, number>()
  const datasets: FileDataset[] = []
  for (const path of paths) {
    const dataset = new FileDataset(await readFile(path))
    const request = new dimse.requests.CStoreRequest(dataset)
    request.on('response', (response: { getStatus(): number }) => statuses.set(path, response.getStatus()))
    client.addRequest(request)
    datasets.push(dataset)
  }
  // Beside the context that offers implicit VR too, which a peer may prefer, so that the bytes can go as they are.
  for (const sopClassUid of new Set(datasets.map((dataset) => dataset.sopClassUid))) {
    const context = new dimse.association.PresentationContext(0, sopClassUid, explicitLittleEndian)
    client.addAdditionalPresentationContext(context, true)
  }
  return new Promise((resolve) => {
    let reason: Sent['reason'] = null
    let isAccepted = false
    const late = setTimeout(() => resolve({ statuses, reason: 'network' }), timeoutMs * (2 + paths.length))
    // A peer that closes before it accepts is no DICOM node, or only one side speaks TLS.
    const missing = () => (isAccepted ? 'no-context' : 'network')
    const end = () => {
      clearTimeout(late)
      resolve({ statuses, reason: statuses.size < paths.length ? (reason ?? missing()) : null })
    }
    client.on('associationAccepted', (association: Associations.Association) => {
      isAccepted = true
      for (const dataset of datasets) if (!hasExplicit(association, dataset.sopClassUid)) dataset.becomeImplicit()
    })
    client.on('associationRejected', () => {
      reason = 'rejected'
    })
    client.on('networkError', ({ message }: Error) => {
      reason ??= isTlsError(message) ? 'tls' : 'network'
      end()
    })
    client.on('closed', end)
    const limits = { connectTimeout: timeoutMs, associationTimeout: timeoutMs, pduTimeout: timeoutMs }
    const securityOptions = options.tls && { ...options.tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const }
    client.send(to.host, to.port, options.callingAeTitle, to.aeTitle, {
      ...limits,
      ...(securityOptions && { securityOptions }),
    })
  })
}

/** Of the library's message, which is all that it gives: what Node says of a certificate, and OpenSSL of a handshake. */
const isTlsError = (message: string): boolean => /certificate|altnames|SSL|EPROTO|TLS/.test(message)

/** A data set that is sent with its own bytes: dcmjs would parse and write it anew, and text in items loses its character set there. */
class FileDataset extends dimse.Dataset {
  readonly sopClassUid: string
  #bytes: Buffer

  constructor(file: Buffer) {
    const { sopClassUid, sopInstanceUid, dataSet } = splitFile(file)
    super({ SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid }, explicitLittleEndian)
    this.sopClassUid = sopClassUid
    this.#bytes = dataSet
  }

  override getDenaturalizedDataset(): Buffer {
    return this.#bytes
  }

  /** For a peer that takes its class in implicit VR alone. */
  becomeImplicit(): void {
    this.#bytes = toImplicit(this.#bytes)
    this.setTransferSyntaxUid(implicitLittleEndian)
  }
}

function hasExplicit(association: Associations.Association, sopClassUid: string): boolean {
  return association.getPresentationContexts().some(({ id }) => {
    const context = association.getPresentationContext(id)
    return (
      context.getResult() === dimse.constants.PresentationContextResult.Accept &&
      context.getAbstractSyntaxUid() === sopClassUid &&
      context.getAcceptedTransferSyntaxUid() === explicitLittleEndian
    )
  })
}
