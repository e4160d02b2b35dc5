/** One association: verification and storage, its objects streamed into the spool as they came (PS3.4 annexes A and B, PS3.7). */
import type { Socket } from 'node:net'
import type { association as Associations, requests, responses } from 'dcmjs-dimse'
import type { Spool } from '../spool/open-spool.ts'
import { StudyError } from '../study-error.ts'
import { dimse } from './dimse-library.ts'
import { fileMeta } from './file-meta.ts'
import { type ListenerEvent, plainAddress, type ResolvedListenerOptions } from './listener-options.ts'
import { ObjectStream } from './object-stream.ts'
import { chooseTransferSyntax, storageClasses } from './storage-contexts.ts'

const { PresentationContextResult, RejectReason, RejectResult, RejectSource, SopClass } = dimse.constants
const { CEchoResponse, CStoreResponse } = dimse.responses

type CStoreRequest = InstanceType<typeof requests.CStoreRequest>
type PresentationContext = InstanceType<typeof Associations.PresentationContext>

/** Status of a C-STORE response (PS3.4 B.2.3). */
const status = { success: 0x0000, outOfResources: 0xa700, otherObject: 0xa900, notUnderstood: 0xc000, failure: 0x0110 }

export interface ScpSettings {
  readonly spool: Spool
  readonly options: ResolvedListenerOptions
  /** Whether another association may begin; it is counted until its connection is closed. */
  readonly mayBegin: () => boolean
}

export class StorageScp extends dimse.Scp {
  readonly #socket: Socket
  readonly #settings: ScpSettings
  readonly #peer: string
  #stream: ObjectStream | undefined
  #stored: Promise<unknown> = Promise.resolve()

  constructor(socket: Socket, settings: ScpSettings) {
    const idleMs = settings.options.idleSeconds * 1000
    super(socket, { connectTimeout: idleMs, associationTimeout: idleMs, pduTimeout: idleMs })
    this.#socket = socket
    this.#settings = settings
    this.#peer = plainAddress(socket.remoteAddress ?? '')
    // The library sets these for clients alone, and watches over nothing without them.
    Object.assign(this, { connected: true, connectedTime: Date.now() })
    this.on('networkError', () => this.#fail('network-error'))
    this.on('close', () => this.#stream?.destroy(new StudyError('bad-object', abortedMessage)))
  }

  override associationRequested(association: InstanceType<typeof Associations.Association>): void {
    const { options, mayBegin } = this.#settings
    if (association.getCalledAeTitle().trim() !== options.aeTitle) {
      this.#reject('called-ae', RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CalledAeNotRecognized)
      return
    }
    if (!mayBegin()) {
      const { Transient } = RejectResult
      this.#reject('limit', Transient, RejectSource.ServiceProviderPresentation, RejectReason.LocalLimitExceeded)
      return
    }
    for (const { id } of association.getPresentationContexts()) answerContext(association.getPresentationContext(id))
    // What is sent back is the smaller one of the peer's and ours, and 0 means any.
    if (association.getMaxPduLength() === 0) association.setMaxPduLength(options.maxPduBytes)
    association.setMaxPduLength(Math.min(association.getMaxPduLength(), options.maxPduBytes))
    this.sendAssociationAccept()
  }

  override associationReleaseRequested(): void {
    // After the answers to all requests, though no sender should release before them.
    void this.#stored.then(() => this.sendAssociationReleaseResponse())
  }

  override abort(): void {
    this.#fail('aborted')
  }

  override cEchoRequest(
    request: InstanceType<typeof requests.CEchoRequest>,
    callback: (response: InstanceType<typeof responses.CEchoResponse>) => void,
  ): void {
    const response = CEchoResponse.fromRequest(request)
    response.setStatus(status.success)
    this.#tell('echo', '')
    callback(response)
  }

  override createStoreWritableStream(context: PresentationContext, request: CStoreRequest): ObjectStream {
    const stream = new ObjectStream(this.#socket)
    const announced = {
      sopClassUid: request.getAffectedSopClassUid() ?? '',
      sopInstanceUid: request.getAffectedSopInstanceUid() ?? '',
    }
    async function* file() {
      yield fileMeta({ ...announced, transferSyntaxUid: context.getAcceptedTransferSyntaxUid() ?? '' })
      yield* stream.read()
    }
    this.#stream = stream
    const stored = this.#settings.spool.receive(file(), announced)
    this.#stored = stored.catch(() => undefined)
    received.set(stream, stored)
    return stream
  }

  /** No data set is made: the object is in the spool. */
  override createDatasetFromStoreWritableStream(
    stream: ObjectStream,
    _context: PresentationContext,
    callback: (dataset: never) => void,
  ): void {
    this.#stream = stream
    callback(undefined as never)
  }

  override cStoreRequest(
    request: CStoreRequest,
    callback: (response: InstanceType<typeof responses.CStoreResponse>) => void,
  ): void {
    const response = CStoreResponse.fromRequest(request)
    const stored =
      (this.#stream && received.get(this.#stream)) ?? Promise.reject(new StudyError('bad-object', noDataSetMessage))
    this.#stream = undefined
    void stored
      .then(
        ({ studyKey }) => {
          response.setStatus(status.success)
          this.#tell('stored', studyKey.slice(0, 12))
        },
        (error: unknown) => {
          response.setStatus(statusOf(error))
          // Error Comment (0000,0902) is an LO of 64 characters.
          if (error instanceof StudyError) response.setErrorComment(error.message.slice(0, 64))
          this.#tell('not-stored', error instanceof StudyError ? error.code : 'error')
        },
      )
      .then(() => callback(response))
  }

  #reject(code: string, ...answer: [result: number, source: number, reason: number]): void {
    this.#tell('association-rejected', code)
    this.sendAssociationReject(...answer)
    this.#socket.end()
  }

  #fail(code: string): void {
    if (this.#socket.destroyed) return
    this.#tell('association-failed', code)
    this.#socket.end()
    this.#socket.destroySoon()
  }

  #tell(kind: ListenerEvent['kind'], code: string): void {
    this.#settings.options.onEvent({ kind, peer: this.#peer, code })
  }
}

/** Objects that are being received, by their streams. */
const received = new WeakMap<ObjectStream, ReturnType<Spool['receive']>>()

const noDataSetMessage = 'Expected a data set with an object but received none. Send the object.'
const abortedMessage = 'Expected a whole object but received a part of it. Send it again.'

function answerContext(context: PresentationContext): void {
  const abstract = context.getAbstractSyntaxUid()
  if (abstract !== SopClass.Verification && !Object.hasOwn(storageClasses, abstract)) {
    context.setResult(PresentationContextResult.RejectAbstractSyntaxNotSupported)
    return
  }
  const chosen = chooseTransferSyntax(context.getTransferSyntaxUids())
  if (chosen === undefined) context.setResult(PresentationContextResult.RejectTransferSyntaxesNotSupported)
  else context.setResult(PresentationContextResult.Accept, chosen)
}

function statusOf(error: unknown): number {
  if (!(error instanceof StudyError)) return status.failure
  if (error.code !== 'bad-object') return status.outOfResources
  return error.details.isOther === true ? status.otherObject : status.notUnderstood
}
