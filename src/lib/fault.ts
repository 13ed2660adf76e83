/** Our own bugs as values: where they happened, and nothing of what was being worked on. */

/** Enough to find the line, and too little for a log to fill up with. */
const MAX_FRAMES = 12

const FRAME = /^at .*(:\d+:\d+|<anonymous>)\)?$/

/** What a Durable Object returns for its own bug: what it throws would arrive as somebody's unhandled rejection. */
export interface Fault {
  readonly fault: string
}

/**
 * Where an error came from, without its message: messages quote what was being parsed, and what we parse is other
 * people's data.
 */
export function traceOf(error: unknown): { readonly name: string; readonly frames: readonly string[] } {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] }
  const lines = stackBelowMessage(error)
    .split('\n')
    .map((line) => line.trim())
  return { name: error.name, frames: lines.filter((line) => FRAME.test(line)).slice(0, MAX_FRAMES) }
}

/** V8 puts the message before the frames, and a message may have lines that look like one. */
function stackBelowMessage({ stack = '', message }: Error): string {
  const start = stack.indexOf(message)
  return start < 0 ? stack : stack.slice(start + message.length)
}

export function guarded<T>(work: () => T): T | Fault {
  try {
    return work()
  } catch (error) {
    return faultOf(error)
  }
}

export async function guardedAsync<T>(work: () => Promise<T>): Promise<T | Fault> {
  try {
    return await work()
  } catch (error) {
    return faultOf(error)
  }
}

function faultOf(error: unknown): Fault {
  const { name, frames } = traceOf(error)
  return { fault: [name, ...frames].join(' ') }
}

/** The fault in an object's answer, if it is one. */
export function faultIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('fault' in answer)) return undefined
  return typeof answer.fault === 'string' ? answer.fault : undefined
}
