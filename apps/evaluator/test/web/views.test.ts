import { describe, expect, test, vi } from 'vitest'
import { heatOf } from '../../web/src/analysis/heat-of.ts'
import { heatSize, shrinkFactor } from '../../web/src/analysis/shown-sizes.ts'
import { startAnalysis } from '../../web/src/analysis/start-analysis.ts'
import { addFiles, filesOfDrop, filesOfInput } from '../../web/src/files/chosen-files.ts'
import { hangingRows, isMirrored } from '../../web/src/study/hanging-order.ts'
import { percentText } from '../../web/src/study/number-text.ts'
import { warningText } from '../../web/src/study/warning-text.ts'
import { movedWindow, paintGray, wholeWindow } from '../../web/src/viewer/gray-window.ts'
import { fitted, noZoom, panned, zoomedAt } from '../../web/src/viewer/placement.ts'

const view = (name: string) => {
  const [laterality, view] = name.split(' ')
  return { laterality: laterality === '?' ? null : (laterality as 'L' | 'R'), view: view ?? null, name }
}
const rowsOf = (...names: string[]) => hangingRows(names.map(view)).map((row) => row.map((each) => each?.name))

describe('the hanging order', () => {
  test('is R | L, CC above MLO, other views below, in whatever order they come', () => {
    expect(rowsOf('L MLO', 'R ML', 'R MLO', 'L CC', 'R CC')).toEqual([
      ['R CC', 'L CC'],
      ['R MLO', 'L MLO'],
      ['R ML', undefined],
    ])
  })

  test('keeps the side of a view whose counterpart is missing, and of one that is there twice', () => {
    expect(rowsOf('L CC', 'L CC', 'R CC')).toEqual([
      ['R CC', 'L CC'],
      [undefined, 'L CC'],
    ])
  })

  test('puts views without a name, and then those of an unknown side, last', () => {
    expect(rowsOf('? CC', 'R', 'R XCCL', 'R CC')).toEqual([
      ['R CC', undefined],
      ['R XCCL', undefined],
      ['R', undefined],
      ['? CC'],
    ])
  })

  test('mirrors what does not lie back to back', () => {
    expect([isMirrored('R', 'R'), isMirrored('L', 'L'), isMirrored('R', 'L'), isMirrored(null, 'L')]).toEqual([
      false,
      false,
      true,
      false,
    ])
  })
})

describe('window and level', () => {
  test('the whole window gives the upper 8 bits, rounded, and a narrow one black and white around its level', () => {
    const data = Uint16Array.of(0, 16_384, 32_767, 49_152, 65_535)
    const paint = (window: typeof wholeWindow) => {
      const rgba = new Uint8ClampedArray(4 * data.length)
      paintGray(data, window, rgba)
      return [0, 1, 2, 3, 4].map((at) => [...rgba.subarray(4 * at, 4 * at + 4)])
    }
    expect(paint(wholeWindow).map(([gray]) => gray)).toEqual([0, 64, 127, 191, 255])
    expect(paint(wholeWindow)[1]).toEqual([64, 64, 64, 255])
    expect(paint({ level: 0.25, width: 0.1 }).map(([gray]) => gray)).toEqual([0, 128, 255, 255, 255])
  })

  test('stay where they show something', () => {
    expect(movedWindow(wholeWindow, { width: -5, level: -5 })).toEqual({ width: 0.01, level: 0 })
    expect(movedWindow(wholeWindow, { width: 5, level: 5 })).toEqual({ width: 2, level: 1 })
  })
})

describe('zoom', () => {
  test('leaves the point under the pointer where it is, up to 20 times, and ends where it began', () => {
    const point = { x: 30, y: 70 }
    const near = zoomedAt(noZoom, 4, point)
    expect([(point.x - near.x) / near.scale, (point.y - near.y) / near.scale]).toEqual([30, 70])
    expect(zoomedAt(near, 100, point).scale).toBe(20)
    expect(zoomedAt(near, 0.01, point)).toEqual(noZoom)
  })

  test('a picture cannot be moved out of its window', () => {
    expect(panned(noZoom, 1e6, -1e6, { height: 100, width: 200 })).toEqual({ scale: 1, x: 150, y: -75 })
  })

  test('a frame is fitted whole, against its chest wall', () => {
    const window = { height: 100, width: 100 }
    expect(fitted({ height: 400, width: 200 }, window, 'L').x).toBe(0)
    expect(fitted({ height: 400, width: 200 }, window, null).x).toBe(25)
    expect(fitted({ height: 200, width: 400 }, window, 'R')).toEqual({ x: 0, y: 25, height: 50, width: 100 })
  })
})

test('pictures and heatmaps are as large as a screen needs, never larger than their frame', () => {
  expect([100, 3199, 3200, 4096].map((height) => shrinkFactor({ height }))).toEqual([1, 1, 2, 2])
  expect(heatSize({ height: 4096, width: 3328 })).toEqual({ height: 512, width: 416 })
  expect(heatSize({ height: 100, width: 1 })).toEqual({ height: 100, width: 1 })
})

test('files that come again are added once, folders keep their path, and an exported model is none of the images', () => {
  const file = (name: string, webkitRelativePath = '') => ({ name, webkitRelativePath, size: name.length }) as File
  const { images, model } = filesOfInput([file('a.dcm'), file('b.dcm', 'x/b.dcm'), file('m.ONNX')])
  expect(images.map(({ path, isNamed }) => [path, isNamed])).toEqual([
    ['a.dcm', true],
    ['x/b.dcm', false],
  ])
  expect(model?.name).toBe('m.ONNX')
  expect(addFiles(images, filesOfInput([file('a.dcm'), file('c.dcm')]).images).map(({ path }) => path)).toEqual([
    'a.dcm',
    'x/b.dcm',
    'c.dcm',
  ])
})

test('a percentage never says 0 or 100 of what is neither', () => {
  expect([0, 0.0001, 0.0005, 0.0321, 0.9994, 0.9999, 1].map(percentText)).toEqual([
    '0.0 %',
    '< 0.1 %',
    '0.1 %',
    '3.2 %',
    '99.9 %',
    '> 99.9 %',
    '100.0 %',
  ])
})

test('warnings are sentences, and what is not known is shown as it is', () => {
  expect(['view:no-mlo', 'images:1-left-out', 'images:3-left-out', 'source:frame-1-of-2'].map(warningText)).toEqual([
    'no MLO view',
    '1 image left out',
    '3 images left out',
    'source:frame-1-of-2',
  ])
})

test('another file of the same name is added beside the first under a name of its own, once', () => {
  const file = (lastModified: number, name = '1-1.dcm') =>
    ({ name, webkitRelativePath: '', size: 9, lastModified }) as File
  const pathsOf = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path)
  const add = (before: Parameters<typeof addFiles>[0], ...files: File[]) => addFiles(before, filesOfInput(files).images)
  const two = add(add([], file(1)), file(2), file(2))
  expect(pathsOf(two)).toEqual(['1-1.dcm', '1-1 (2).dcm'])
  expect(add(two, file(1), file(2))).toEqual(two)
  expect(pathsOf(add(two, file(3), file(4, 'x.y/L_CC'), file(5, 'x.y/L_CC')))).toEqual([
    '1-1.dcm',
    '1-1 (2).dcm',
    '1-1 (3).dcm',
    'x.y/L_CC',
    'x.y/L_CC (2)',
  ])
})

test('a worker that ends is started anew by the next request alone, so that one that cannot start is no loop', async () => {
  const started: { onerror?: (event: object) => void; posted: unknown[] }[] = []
  class FakeWorker {
    readonly posted: unknown[] = []
    constructor() {
      started.push(this)
    }
    postMessage(request: unknown) {
      this.posted.push(request)
    }
    terminate() {}
  }
  vi.stubGlobal('Worker', FakeWorker)
  try {
    const crashes: string[] = []
    const analysis = startAnalysis(
      () => {},
      (message) => crashes.push(message),
    )
    const end = (message: string) => started.at(-1)!.onerror!({ preventDefault() {}, message })
    analysis.send({ type: 'open' })
    end('out of memory')
    expect([started.length, crashes]).toEqual([1, ['out of memory']])
    analysis.send({ type: 'open' })
    expect(started.map(({ posted }) => posted.length)).toEqual([1, 1])
    end('')
    expect(crashes.at(-1)).toBe('it could not be loaded')
  } finally {
    vi.unstubAllGlobals()
  }
})

test('of a folder that was dropped, what cannot be opened is named and keeps nothing else out', async () => {
  const fileEntry = (fullPath: string, isGood: boolean) => ({
    fullPath,
    isFile: true,
    file: (resolve: (file: object) => void, reject: (error: Error) => void) =>
      isGood ? resolve({ size: 1, lastModified: 1 }) : reject(new Error('not found')),
  })
  const folderEntry = (fullPath: string, entries: readonly object[] | undefined) => {
    let rest = entries
    const readEntries = (resolve: (entries: readonly object[]) => void, reject: (error: Error) => void) => {
      if (!rest) return reject(new Error('no permission'))
      resolve(rest)
      rest = []
    }
    return { fullPath, isFile: false, createReader: () => ({ readEntries }) }
  }
  const closed = folderEntry('/x/closed', undefined)
  const root = folderEntry('/x', [fileEntry('/x/gone.dcm', false), closed, fileEntry('/x/a.dcm', true)])
  const items = [{ webkitGetAsEntry: () => root }] as unknown as DataTransferItem[]
  const { images, unread } = await filesOfDrop(items)
  expect(images.map(({ path }) => path)).toEqual(['x/a.dcm'])
  expect(unread).toEqual(['x/gone.dcm', 'x/closed'])
})

test('heat lies on the breast alone, in a frame that the network saw a part of', () => {
  const [height, width] = [8, 4]
  // The breast is the left half of what the network saw, which is the lower half of the frame.
  const image = {
    data: Uint16Array.from({ length: height * width }, (_, at) => (at % width < 2 ? 9 : 0)),
    height,
    width,
  }
  const map = { data: new Float32Array(8).fill(1), height: 4, width: 2, offset: 0.5, stride: 2 }
  const placement = { box: { x: 0, y: 8, width: 4, height: 8 }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
  const heat = heatOf({ map, image, placement }, { height: 16, width: 4 })!
  const rows = Array.from({ length: 16 }, (_, y) => [...heat.data.subarray(4 * y, 4 * y + 4)].join(''))
  expect(rows).toEqual([...Array(8).fill('0000'), ...Array(8).fill('1100')])
})
