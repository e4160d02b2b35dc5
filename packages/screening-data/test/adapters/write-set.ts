import { join } from 'node:path'
import type { DataSet } from '../../src/index.ts'
import { readDataSet } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

/** Writes the files of a miniature set; those without content are images that nobody opens. */
export async function writeSet(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await temporaryFolder()
  for (const [path, content] of Object.entries(files)) await write(join(root, path), content)
  return root
}

/** Writes a miniature set and reads it with the adapter that recognizes it. */
export async function readSet(files: Readonly<Record<string, string | Uint8Array>>): Promise<DataSet> {
  return readDataSet(await writeSet(files))
}

/** Problems without their messages. */
export const problemsOf = ({ problems }: DataSet) => problems.map(({ code, path, line }) => [code, path, line])
