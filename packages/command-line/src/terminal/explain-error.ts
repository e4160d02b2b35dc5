/** The last resort for an error that no library explained: raw errors of the operating system get their path and advice. */

/** One line for any error; `places` names the files and folders that the command was given. */
export function explainError(error: unknown, places = ''): string {
  const system = systemErrorOf(error)
  const text = system ? explainSystemError(system, places) : messageOf(error)
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((type) => error.constructor === type)
  return isBug
    ? `Internal error: ${error.message.replace(/\.?$/, '.')} Set MAMMOKIT_DEBUG=1 to see where.`
    : error.message
}

interface SystemError {
  readonly syscall: string
  readonly code: string
  readonly message: string
  readonly path?: string | undefined
  readonly dest?: string | undefined
}

/** An error of the operating system; one that came from a worker thread has its message only. */
function systemErrorOf(error: unknown): SystemError | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, path, dest, message } = error as NodeJS.ErrnoException & { dest?: string }
  if (typeof code === 'string' && typeof syscall === 'string') return { code, syscall, path, dest, message }
  const parts = /^(E[A-Z0-9]+): [^,]*, (\w+)(?: '(.*?)')?(?: -> '(.*)')?$/.exec(message)
  return parts ? { code: parts[1], syscall: parts[2], path: parts[3], dest: parts[4], message } : undefined
}

function explainSystemError({ code, syscall, path, dest, message }: SystemError, places: string): string {
  const [reason, advice] = reasons[code] ?? [message, 'Check the disk and the permissions.']
  const target = path === undefined ? 'a file' : dest === undefined ? path : `${path} as ${dest}`
  const where = path === undefined && places !== '' ? ` (with ${places})` : ''
  return `Expected to ${verbs[syscall] ?? syscall} ${target}${where} but received ${code}: ${reason}. ${advice}`
}

const verbs: Readonly<Record<string, string>> = {
  access: 'reach',
  copyfile: 'copy',
  ftruncate: 'shorten',
  fsync: 'write',
  lstat: 'find',
  mkdir: 'create the folder',
  open: 'open',
  opendir: 'list the folder',
  read: 'read',
  rename: 'rename',
  rm: 'remove',
  rmdir: 'remove the folder',
  scandir: 'list the folder',
  stat: 'find',
  unlink: 'remove',
  write: 'write',
}

const reasons: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  EACCES: ['permission denied', 'Change its permissions, or choose another path.'],
  EBUSY: ['it is in use', 'Close the program that uses it.'],
  EDQUOT: ['the disk quota is used up', 'Free space and run the same command again.'],
  EEXIST: ['it exists already', 'Remove it, or choose another path.'],
  EIO: ['the disk failed', 'Check the disk.'],
  EISDIR: ['it is a folder, not a file', 'Check the path.'],
  ELOOP: ['its links lead in a circle', 'Check the path.'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n), or use fewer workers.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter path.'],
  ENFILE: ['too many files are open', 'Close other programs, or use fewer workers.'],
  ENOENT: ['no such file or folder', 'Check the path.'],
  ENOSPC: ['the disk is full', 'Free space and run the same command again.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path.'],
  ENOTEMPTY: ['the folder is not empty', 'Remove it, and check that no other command uses it.'],
  EPERM: ['not permitted', 'Change its permissions, or choose another path.'],
  EROFS: ['the file system is read-only', 'Choose another path.'],
}
