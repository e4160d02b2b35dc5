/**
 * A worker whose files have fates in their names: `hang` and `end` for ever, `once` only while no other thread was here before.
 * It says on the channel `hangs` that it is about to hang.
 */
import { existsSync, writeFileSync } from 'node:fs'

export async function run({ files, started }) {
  started.postMessage('started')
  const outcomes = []
  for (const { path, target } of files) {
    const isFirst = !existsSync(target)
    writeFileSync(target, '')
    if (path === 'hang' || (path === 'hang once' && isFirst)) hang()
    if (path === 'end' || (path === 'end once' && isFirst)) process.exit(3)
    outcomes.push({ status: 'failed', reason: `made ${path}` })
  }
  return outcomes
}

function hang() {
  new BroadcastChannel('hangs').postMessage('')
  for (;;);
}
