// A service as a process of its own, to be killed. Arguments: folder of the spool, milliseconds that an answer takes, largest part.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openHttpServer } from '../../dist/http/open-http-server.js'
import { openSpool } from '../../dist/spool/open-spool.js'
import { startWorkLoop } from '../../dist/spool/work-loop.js'

const [folder, answerMs, mount] = process.argv.slice(2)
if (mount)
  (await import('node:child_process')).execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mount}`, 'none', folder])
const spool = await openSpool(folder, { quietSeconds: 0.1, limits: { freeBytes: 0 } })
const health = async () => ({
  isModelLoaded: true,
  isSpoolWritable: true,
  studies: spool.summary().studies,
  errors: {},
})
const { url } = await openHttpServer({ spool, health }, { port: 0 })
process.stdout.write(`${url}\n`)
startWorkLoop(spool, {
  async answer({ files, folder, signal }) {
    process.stdout.write('working\n')
    await writeFile(join(folder, 'half'), '')
    await setTimeout(Number(answerMs), undefined, { signal })
    await writeFile(join(folder, 'result.json'), JSON.stringify(files.length))
    return { outcome: 'answered', reason: null, reports: [] }
  },
})
