/** An object between its last byte and its study: whoever sends several can have all of them taken, or none. */
import { rm } from 'node:fs/promises'
import { identifyObject, type ReceivedFacts } from './identify-object.ts'
import { diskFull, type IncomingFile, isDiskFull, type ReceiveOptions, receiveObject } from './receive-object.ts'

/** An object that is on the disk. */
export interface ReceivedObject {
  readonly studyInstanceUid: string
  readonly studyKey: string
  readonly bytes: number
}

/** An object that is on the disk, and in no study until `commit`; one of its two functions must be called. */
export interface StagedObject {
  /** Undefined where neither the object nor its sender names one. */
  readonly studyInstanceUid: string | undefined
  /** Of the object within its study: the same for the same bytes, side and view. */
  readonly name: string
  /**
   * Resolves once it is in its place; nothing of it is left when this rejects.
   *
   * @param studyInstanceUid of an object that has none
   * @throws {StudyError} `bad-object`, `too-many-objects`, `spool-full`
   */
  commit(studyInstanceUid?: string): Promise<ReceivedObject>
  discard(): Promise<void>
}

export interface StageOptions extends ReceiveOptions {
  /** Moves the file to its study. */
  readonly take: (file: IncomingFile, name: string, studyInstanceUid: string | undefined) => Promise<ReceivedObject>
  /** Is called once nothing of the object is on its way any more. */
  readonly onEnd: () => void
}

/** @throws {StudyError} `bad-object`, `too-large`, `spool-full`; what the source throws */
export async function stageObject(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  facts: ReceivedFacts,
  { take, onEnd, ...options }: StageOptions,
): Promise<StagedObject> {
  let file: IncomingFile | undefined
  let isOver = false
  const discard = async () => {
    if (isOver) return
    isOver = true
    if (file) await rm(file.path, { force: true }).catch(() => undefined)
    options.reserve(-(file?.bytes ?? 0))
    onEnd()
  }
  const orDiscard = async <Result>(step: () => Promise<Result>): Promise<Result> => {
    try {
      return await step()
    } catch (error) {
      await discard()
      throw isDiskFull(error) ? diskFull() : error
    }
  }
  const identity = await orDiscard(async () => {
    file = await receiveObject(source, options)
    return await identifyObject(file.path, file.sha256, facts)
  })
  return {
    ...identity,
    discard,
    async commit(studyInstanceUid = identity.studyInstanceUid) {
      const received = await orDiscard(() => take(file!, identity.name, studyInstanceUid))
      isOver = true
      onEnd()
      return received
    },
  }
}
