// A process of a group as a thread: what it does together with the others goes through the thread that started it.
import { rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { silentContext, silentProgress } from '@mammokit/command-line'
import { withRanks } from '../../dist/train/ranks.js'
import { train } from '../../dist/train/train.js'

const { rank, size, config, remove } = workerData

let asked = 0
const receivers = new Map()
parentPort.on('message', ({ id, bytes }) => receivers.get(id)(bytes))

function ask(kind, values) {
  const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const id = asked++
  parentPort.postMessage({ id, kind, type: values.constructor.name, bytes: own.slice() })
  return new Promise((resolve) => {
    receivers.set(id, (bytes) => {
      own.set(bytes)
      receivers.delete(id)
      resolve()
    })
  })
}

const group = {
  rank,
  size,
  library: 'threads',
  abort() {},
  async leave() {},
  sum: (values) => ask('sum', values),
  broadcast: (values) => ask('broadcast', values),
}

const update = () => {
  if (remove) rmSync(remove, { force: true })
}
await withRanks(group, silentContext, (ranks) => {
  // That of a process that is not the first is silent; here it tells when to do what the test wants.
  const watched = { ...ranks.context, progress: { ...silentProgress, update } }
  return train(config, watched, ranks)
}).then(
  ({ steps }) => parentPort.postMessage({ steps }),
  ({ code, message }) => parentPort.postMessage({ code, message }),
)
parentPort.close()
