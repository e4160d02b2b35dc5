/**
 * Resampling kernels, of IEEE 754 additions, multiplications and divisions alone: ECMAScript leaves the last bits of Math.sin to the
 * engine, and the same image must become the same bytes in every one.
 */

export type Kernel = 'lanczos3' | 'lanczos2' | 'cubic' | 'linear'

/** Half the kernel's width, in pixels of the coarser grid. */
export const kernelRadius: Readonly<Record<Kernel, number>> = { lanczos3: 3, lanczos2: 2, cubic: 2, linear: 1 }

/** Value of a kernel at a distance from its center; 0 outside its radius. */
export function kernelAt(kernel: Kernel, distance: number): number {
  const x = Math.abs(distance)
  if (x >= kernelRadius[kernel]) return 0
  switch (kernel) {
    case 'lanczos3':
      return sinc(x) * sinc(x / 3)
    case 'lanczos2':
      return sinc(x) * sinc(x / 2)
    case 'cubic':
      // Catmull-Rom: Keys, "Cubic convolution interpolation for digital image processing", 1981, eq. 15 with a = -0.5.
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
    case 'linear':
      return 1 - x
  }
}

/** sin(pi x) / (pi x). */
function sinc(x: number): number {
  return x === 0 ? 1 : sinPi(x) / (Math.PI * x)
}

/** sin(pi x) for x >= 0: folded to a quarter wave, then its power series, to the last bits of a double. */
function sinPi(x: number): number {
  const turns = Math.floor(x)
  let part = x - turns
  if (part > 0.5) part = 1 - part
  const angle = Math.PI * part
  const square = angle * angle
  let series = 1
  for (let n = 10; n >= 1; n--) series = 1 - (series * square) / (2 * n * (2 * n + 1))
  return (turns % 2 === 0 ? 1 : -1) * angle * series
}
