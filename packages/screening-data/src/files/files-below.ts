/** The files of a folder, those behind symbolic links included. */
import { type Dirent, readdirSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { inLanes } from './in-lanes.ts'

/** Folders that are read at a time: a data set has a folder for each of ten thousand patients. */
const lanes = 16

/** A folder: its path relative to the root, and the one that it really has. */
interface Folder {
  readonly path: string
  readonly real: string
}

interface Content {
  readonly files: readonly string[]
  readonly folders: readonly Folder[]
  /** Links to folders. */
  readonly links: readonly string[]
}

/**
 * Paths relative to `root`, with `/` on every system, sorted. Each folder is read once, however many links lead to it, so that a loop of
 * links ends. A link to nothing is a file: opening it says what is wrong.
 *
 * @param exclude folders that are not entered
 */
export async function filesBelow(root: string, exclude: readonly string[] = []): Promise<string[]> {
  const files: string[] = []
  const seen = new Set(await Promise.all(exclude.map(realPath)))
  // Folders before links to folders, so that a file has the path that it really has.
  const links = ['']
  for (const start of links) {
    let level: Folder[] = [{ path: start, real: await realPath(join(root, start)) }]
    while (level.length > 0) {
      const fresh = level.filter(({ real }) => !seen.has(real) && seen.add(real))
      const contents = await readAll(root, fresh)
      for (const content of contents) {
        for (const file of content.files) files.push(file)
        links.push(...content.links)
      }
      level = contents.flatMap(({ folders }) => folders)
    }
  }
  return files.sort()
}

/** Folders that are read in place before it is looked how long that takes. */
const batch = 64

/** Milliseconds that a folder may take to be read in place: one that is cached takes a tenth, a network more. */
const quick = 0.2

async function readAll(root: string, folders: readonly Folder[]): Promise<Content[]> {
  const contents: Content[] = []
  // A promise costs more than a read that needs no disk.
  for (let isQuick = true; isQuick && contents.length < folders.length; ) {
    const start = performance.now()
    for (const folder of folders.slice(contents.length, contents.length + batch)) {
      const entries = readdirSync(join(root, folder.path), { withFileTypes: true })
      contents.push(await contentOf(root, folder, entries))
    }
    isQuick = performance.now() - start < batch * quick
    await setImmediate() // so that signals are heard
  }
  const rest = contents.length
  await inLanes(lanes, folders.slice(rest), async (folder, at) => {
    const entries = await readdir(join(root, folder.path), { withFileTypes: true })
    contents[rest + at] = await contentOf(root, folder, entries)
  })
  return contents
}

async function contentOf(root: string, folder: Folder, entries: readonly Dirent[]): Promise<Content> {
  const files: string[] = []
  const folders: Folder[] = []
  const links: string[] = []
  for (const entry of entries) {
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`
    if (entry.isFile()) files.push(path)
    else if (entry.isDirectory()) folders.push({ path, real: join(folder.real, entry.name) })
    else if (entry.isSymbolicLink()) {
      const target = await stat(join(root, path)).catch(() => undefined)
      if (target?.isDirectory()) links.push(path)
      else if (target === undefined || target.isFile()) files.push(path)
    }
  }
  return { files, folders, links }
}

/** As it is where nothing is there. */
const realPath = (path: string) => realpath(path).catch(() => path)
