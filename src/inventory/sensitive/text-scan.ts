/**
 * Looks through a text that comes in pieces. A window is held and looked through whenever it is full; matches that begin
 * in its last part are left to the next window, which begins a little before them, so that nothing at a border is
 * missed, and nothing is counted twice.
 */
import { inspect, type Report } from './inspect.ts'

const WINDOW = 8_192
/** Longer than anything that is looked for, but for tokens, whose beginning is enough. */
const CARRY = 512
/** What a match must see before it, to know that it is the beginning. */
const CONTEXT = 64

export interface TextScan {
  write(text: string): void
  end(): void
}

/** `report` is told offsets in the whole text. */
export function newTextScan(field: string, report: Report): TextScan {
  let window = ''
  let base = 0
  let from = 0

  function look(limit: number): void {
    inspect(window, field, (found, at, near) => report(found, base + at, near), from, limit)
  }

  return {
    write(text) {
      for (let start = 0; start < text.length; start += WINDOW) {
        window += text.slice(start, start + WINDOW)
        if (window.length < WINDOW) return
        const limit = window.length - CARRY
        look(limit)
        const cut = limit - CONTEXT
        window = window.slice(cut)
        base += cut
        from = CONTEXT
      }
    },
    end() {
      look(window.length)
      window = ''
    },
  }
}
