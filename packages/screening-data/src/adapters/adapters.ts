import type { Adapter } from './adapter.ts'
import { cbisDdsm } from './cbis-ddsm.ts'
import { cddCesm } from './cdd-cesm.ts'
import { cmmd } from './cmmd.ts'
import { embed } from './embed.ts'
import { folder } from './folder.ts'
import { inbreast } from './inbreast.ts'
import { miniMias } from './mini-mias.ts'
import { renderings } from './renderings.ts'
import { rsna } from './rsna.ts'
import { vindrMammo } from './vindr-mammo.ts'

/** All layouts that can be read, the most particular first. */
export const adapters: readonly Adapter[] = [
  rsna,
  cbisDdsm,
  vindrMammo,
  inbreast,
  cmmd,
  cddCesm,
  embed,
  renderings,
  miniMias,
  folder,
]
