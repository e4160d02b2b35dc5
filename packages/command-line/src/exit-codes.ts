/** What a program says to the shell: 128 plus the number of the signal where one stopped it. */
export const exitCodes = {
  success: 0,
  failure: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** The work is done except for some items, such as images that cannot be read. */
  incomplete: 3,
  /** The work is done, and there is no answer: every item was refused or could not be read. */
  unanswered: 4,
  /** Ctrl-C, SIGINT. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const
