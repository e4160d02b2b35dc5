/** Where OpenVINO's C library may lie: a file or folder that the user names, or the names that the system's loader finds. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of the library in what is unpacked or installed: the wheel, the archive for each platform. */
const folders = [
  '.',
  'libs',
  'openvino/libs',
  'lib',
  'runtime/lib/intel64',
  'runtime/lib/aarch64',
  'runtime/lib/arm64/Release',
  'runtime/lib/intel64/Release',
  'runtime/bin/intel64/Release',
]

const patterns: Readonly<Record<string, RegExp>> = {
  win32: /^openvino_c\.dll$/,
  darwin: /^libopenvino_c(\.\d+)*\.dylib$/,
}
const elsewhere = /^libopenvino_c\.so(\.\d+)*$/

/** Releases whose library the loader is asked for by its name with a version, the newest first: 2026.4.1 is 2641. */
const releases = [26, 25].flatMap((year) =>
  [4, 3, 2, 1, 0].flatMap((minor) => [1, 0].map((patch) => `${year}${minor}${patch}`)),
)

/** The files to try, in order. */
export function libraryFiles(named: string | undefined, platform: string): readonly string[] {
  if (named === undefined || named === '') return defaultNames(platform)
  if (!isFolder(named)) return [named]
  const pattern = patterns[platform] ?? elsewhere
  const found = folders.flatMap((folder) => {
    const path = join(named, folder)
    const names = isFolder(path) ? readdirSync(path).filter((name) => pattern.test(name)) : []
    return names.sort().map((name) => join(path, name))
  })
  return found.length > 0 ? found : [join(named, defaultNames(platform)[0]!)]
}

function defaultNames(platform: string): readonly string[] {
  if (platform === 'win32') return ['openvino_c.dll']
  if (platform === 'darwin')
    return ['libopenvino_c.dylib', ...releases.map((release) => `libopenvino_c.${release}.dylib`)]
  return ['libopenvino_c.so', ...releases.map((release) => `libopenvino_c.so.${release}`)]
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
