/** Real clients, and how each is told to visit. A machine that lacks one says so. */
import type { Capture } from './capture.ts'
import { COMMANDS } from './commands.ts'
import { DRIVEN } from './driven.ts'
import { LIBRARIES } from './libraries.ts'

export interface Target {
  readonly origin: string
  readonly port: number
  /** PEM file of the authority that the edge's certificate is from. */
  readonly authority: string
}

export interface RealClient {
  readonly name: string
  readonly kind: Capture['kind']
  /** Undefined where this machine lacks it. */
  version(): Promise<string | undefined>
  /** By the name of the task. */
  readonly tasks: Readonly<Record<string, (target: Target) => Promise<void>>>
}

export const CLIENTS: readonly RealClient[] = [...COMMANDS, ...LIBRARIES, ...DRIVEN]
