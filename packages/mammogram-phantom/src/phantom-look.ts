/** How phantoms look. */

/**
 * `plain`: cancers that a small network learns in minutes, all machines alike. `lifelike`: cancers as hard to see as real ones, benign
 * findings that resemble them, and machines that process their images in different ways.
 */
export type Look = 'plain' | 'lifelike'

export const looks: readonly Look[] = ['plain', 'lifelike']
