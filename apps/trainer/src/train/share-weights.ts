/** The weights of the first process in all processes: at the start, and after each epoch with its running statistics. */
import type { SafetensorsTensor } from '@mammokit/safetensors'
import type { NamedTensors } from '@mammokit/training-run'
import { TrainerError } from '../trainer-error.ts'
import type { Learner } from './learner.ts'
import type { Ranks } from './ranks.ts'

type Copied = SafetensorsTensor & { readonly data: ArrayBufferView<ArrayBuffer> }

/**
 * Gives all processes the weights, the moments and the running statistics of the first one, as PyTorch's DistributedDataParallel does.
 *
 * @param isSame whether all have them already, but for the running statistics, which follow each process's own parts of the batches
 * @throws TrainerError `processes-differ` where they do not
 */
export async function shareWeights(
  ranks: Pick<Ranks, 'rank' | 'size' | 'broadcast'>,
  learner: Pick<Learner, 'save' | 'restore'>,
  { isSame, download }: { readonly isSame: boolean; readonly download: () => Promise<void> },
): Promise<void> {
  if (ranks.size === 1) return
  await download()
  const own = learner.save()
  const shared = { model: copyTensors(own.model), trainer: copyTensors(own.trainer) }
  const tensors = [...shared.model, ...shared.trainer]
  await ranks.broadcast(tensors.map(([, { data }]) => data))
  if (ranks.rank === 0) return
  const before = [...own.model, ...own.trainer]
  const differing = tensors.find(
    ([name, { data }], index) => !name.includes('running_') && !hasSameBytes(data, before[index][1].data),
  )
  if (isSame && differing !== undefined) {
    const [name] = differing
    throw new TrainerError(
      'processes-differ',
      `Expected the weights of all processes to be the same bits but received another ${name} in process ${ranks.rank}. Look for a faulty machine, or for processors of different kinds, and start again.`,
      { name, rank: ranks.rank },
    )
  }
  learner.restore(shared)
}

function copyTensors(tensors: NamedTensors): ReadonlyMap<string, Copied> {
  return new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as Copied]))
}

function hasSameBytes(one: ArrayBufferView, other: ArrayBufferView): boolean {
  const [a, b] = [one, other].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))
  return a.equals(b)
}
