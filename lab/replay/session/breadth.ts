/**
 * How many different things a client asked for, in little space: a few hashes, and a HyperLogLog of 64 registers (Flajolet
 * and others 2007; 13% standard error) once there are more. Plain arrays: they are written to a disk as JSON.
 */
export interface Breadth {
  few: number[] | undefined
  registers: number[] | undefined
}

const FEW = 16
const REGISTERS = 64
const INDEX_BITS = 6
/** Bias correction for 64 registers (the paper's figure 3). */
const ALPHA = 0.709

export function newBreadth(): Breadth {
  return { few: [], registers: undefined }
}

/** @param hash 32 bits, unsigned (`src/lib/hash32.ts`) */
export function noteTarget(breadth: Breadth, hash: number): void {
  const { few } = breadth
  if (few === undefined) {
    register(breadth.registers ?? [], hash)
    return
  }
  if (few.includes(hash)) return
  few.push(hash)
  if (few.length > FEW) spread(breadth)
}

export function joinBreadth(into: Breadth, from: Breadth): void {
  for (const hash of from.few ?? []) noteTarget(into, hash)
  if (from.registers === undefined) return
  const registers = into.registers ?? spread(into)
  from.registers.forEach((rank, at) => {
    registers[at] = Math.max(registers[at] ?? 0, rank)
  })
}

export function breadthOf({ few, registers }: Breadth): number {
  if (few !== undefined || registers === undefined) return few?.length ?? 0
  const estimate = (ALPHA * REGISTERS ** 2) / registers.reduce((sum, rank) => sum + 2 ** -rank, 0)
  const empty = registers.filter((rank) => rank === 0).length
  // Linear counting below 2.5 registers' worth, as the paper has it.
  return estimate <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : estimate
}

function spread(breadth: Breadth): number[] {
  const registers = new Array<number>(REGISTERS).fill(0)
  for (const hash of breadth.few ?? []) register(registers, hash)
  breadth.few = undefined
  breadth.registers = registers
  return registers
}

function register(registers: number[], hash: number): void {
  const at = hash >>> (32 - INDEX_BITS)
  const rank = Math.clz32(hash << INDEX_BITS) + 1
  registers[at] = Math.max(registers[at] ?? 0, Math.min(rank, 32 - INDEX_BITS + 1))
}
