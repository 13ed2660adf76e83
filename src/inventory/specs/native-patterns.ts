/** Regular expressions that the compiler proved to be quick for every text (`lab/specs/patterns.ts`). */
export interface Pattern {
  test(text: string): boolean
}

/** `n:` native, `u:` native with the u flag; then the expression. */
export function compilePattern(coded: string): Pattern {
  return new RegExp(coded.slice(2), coded.startsWith('u:') ? 'u' : '')
}
