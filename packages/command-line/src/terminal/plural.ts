/**
 * A count with its noun.
 *
 * @example
 * plural(1, 'epoch') // '1 epoch'
 * plural(1200, 'image') // '1,200 images'
 */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
