/** View and its modifiers: from View Position, the View Code Sequence, or where a vendor has them. */
import type { DicomElements } from './elements.ts'
import { headerWarning, type Warn } from './header-warning.ts'
import { modifiersFromCode, viewFromCode } from './view-code.ts'
import { isView, viewAndSideIn } from './view-in-text.ts'

interface ViewValues {
  viewPosition?: string
  viewModifiers?: readonly string[]
  imageLaterality?: string
}

/** Attributes in which a file without View Position may name its view, beside other things. */
const otherPlaces = [
  // Fujifilm's mammography systems: https://github.com/reginabarzilaygroup/Mirai/pull/11
  ['00181400', 'Acquisition Device Processing Description'],
  ['00181030', 'Protocol Name'],
  ['0008103E', 'Series Description'],
] as const

interface Known {
  readonly viewPosition?: string | undefined
  readonly imageLaterality?: string | undefined
  readonly laterality?: string | undefined
  readonly elements: DicomElements
}

/** What View Position and Image Laterality lack or leave open; what is inferred has a warning. */
export function viewValues(known: Known, warn: Warn): ViewValues {
  const { elements } = known
  const { modifiers, unknown } = modifiersFromCode(elements)
  for (const text of unknown) {
    const reason = 'Expected a code of CID 4015; the modifier is left out.'
    warn(headerWarning('viewModifiers', '00540222', 'unknown-term', text, reason))
  }
  const { imageLaterality, laterality } = known
  if (imageLaterality && laterality && imageLaterality !== laterality) {
    const reason = 'Expected the side of Image Laterality, which is used; the series has another one.'
    warn(headerWarning('laterality', '00200060', 'conflict', laterality, reason))
  }
  return { ...findView(known, warn), ...(modifiers.length === 0 ? {} : { viewModifiers: modifiers }) }
}

function findView({ viewPosition, imageLaterality, laterality, elements }: Known, warn: Warn): ViewValues {
  const hasSide = [imageLaterality, laterality].some((side) => side === 'L' || side === 'R' || side === 'B')
  const coded = viewFromCode(elements)
  if (isView(viewPosition) && hasSide) return {}
  const found: ViewValues = !isView(viewPosition) && coded !== undefined ? { viewPosition: coded } : {}
  const places = [['00185101', 'View Position'] as const, ...otherPlaces]
  for (const [tag, name] of places) {
    const text = elements.text(tag) ?? ''
    const { view, side } = viewAndSideIn(text)
    if (view === undefined) continue
    if (!isView(viewPosition) && found.viewPosition === undefined) {
      found.viewPosition = view
      const reason = `Expected one of DICOM's views in View Position; the view that ${name} names is used.`
      warn(headerWarning('viewPosition', tag, 'inferred', text, reason))
    }
    if (!hasSide && found.imageLaterality === undefined && side !== undefined) {
      found.imageLaterality = side
      const reason = `Expected L or R in Image Laterality; the side that ${name} names is used.`
      warn(headerWarning('imageLaterality', tag, 'inferred', text, reason))
    }
  }
  return found
}
