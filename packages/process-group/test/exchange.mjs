// Run by mpirun: what each process of a group receives, as one line of JSON.
import { joinProcessGroup } from '@mammokit/process-group'

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const [, , task = 'exchange'] = process.argv
const options = task === 'late' ? { timeoutMs: 500 } : {}
const group = await joinProcessGroup(options).catch((error) => {
  say({ code: error.code, message: error.message })
  process.exit(3)
})
const { rank, size, library } = group

if (task === 'exchange') {
  const floats = Float32Array.of(0.1 * (rank + 1), 2 ** rank, -rank)
  const doubles = new Float64Array(70_000).fill(rank + 1)
  const bytes = Uint8Array.of(7 + rank, 8 + rank)
  let ticks = 0
  const ticking = setInterval(() => ticks++, 1)
  // The last process comes late: the others go on with other work meanwhile.
  if (rank === size - 1) await new Promise((resolve) => setTimeout(resolve, 500))
  await Promise.all([group.sum(floats), group.sum(doubles), group.broadcast(bytes)])
  clearInterval(ticking)
  const sums = [...new Set(doubles)]
  say({ rank, size, library, floats: [...floats], sums, bytes: [...bytes], busy: ticks > 5 })
  await group.leave()
  const after = await group.sum(floats).catch(({ code }) => code)
  if (after !== 'left') throw new Error(`Expected the group to be left but received ${after}.`)
}

if (task === 'abort') {
  if (rank === 1) group.abort(5)
  await group.sum(new Float32Array(1))
}

if (task === 'late') {
  if (rank === 1) await new Promise((resolve) => setTimeout(resolve, 30_000))
  await group.sum(new Float32Array(1)).catch(({ code, message }) => {
    say({ code, message })
    group.abort(4)
  })
}
