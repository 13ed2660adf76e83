/** Enough to find the line, and too little for a log to fill up with. */
const MAX_FRAMES = 12

/**
 * Where an error came from, without its message: messages quote what was being parsed, and what we parse is other
 * people's data.
 */
export function traceOf(error: unknown): { readonly name: string; readonly frames: readonly string[] } {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] }
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim())
  return { name: error.name, frames: lines.filter((line) => line.startsWith('at ')).slice(0, MAX_FRAMES) }
}
