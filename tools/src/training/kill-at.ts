/**
 * Loaded before a command by `node --import`: kills its process at the file operation on a checkpoint with the number KILL_AT, in the
 * middle of it where it has a middle: half of a file is written, or one file of a folder removed.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join, sep } from 'node:path'

const { KILL_AT, KILL_SIGNAL = 'SIGKILL' } = process.env
let operations = 0

/** Whether this is the operation to be killed in. */
function isTime(path: unknown): boolean {
  const isCheckpoint = ['checkpoints', 'unfinished'].some((name) => `${path}`.includes(`${sep}${name}`))
  return isCheckpoint && ++operations === Number(KILL_AT)
}

/** SIGKILL does not return; after another signal the operation is done as if nothing had happened. */
function kill(): void {
  process.kill(process.pid, KILL_SIGNAL as NodeJS.Signals)
}

const { open, rename, rm, rmdir, writeFile } = fs.promises
Object.assign(fs.promises, {
  async open(path: string, ...rest: [string]) {
    if (isTime(path)) kill() // before a flush
    const file = await open(path, ...rest)
    const write = file.writeFile.bind(file)
    file.writeFile = async (data: string | Uint8Array) => {
      if (isTime(path)) {
        await file.write(Buffer.from(data).subarray(0, data.length / 2), 0, undefined, 0)
        kill()
      }
      return write(data)
    }
    return file
  },
  async writeFile(path: string, data: string | Uint8Array, ...rest: []) {
    if (isTime(path)) {
      await writeFile(path, Buffer.from(data).subarray(0, data.length / 2))
      kill()
    }
    return writeFile(path, data, ...rest)
  },
  async rename(from: string, to: string) {
    if (isTime(from)) kill()
    return rename(from, to)
  },
  async rmdir(path: string) {
    if (isTime(path)) kill()
    return rmdir(path)
  },
  async rm(path: string, options?: fs.RmOptions) {
    if (isTime(path)) {
      const names = await fs.promises.readdir(path).catch(() => [])
      if (names.length > 0) await rm(join(path, names[0]), { recursive: true })
      kill()
    }
    return rm(path, options)
  },
})
syncBuiltinESMExports()
