/**
 * Regular expressions of documents, as the compiler chose to run them (`lab/specs/patterns.ts`): those that it could
 * prove to be quick for every text by the platform's own engine, and all others by RE2, which is linear whatever the
 * pattern and the text (a catastrophic pattern of a document must not become an attacker's way to hold an isolate).
 */
import { RE2JS } from 're2js'

export interface Pattern {
  test(text: string): boolean
}

/** `n:` native, `u:` native with the u flag, `r:` RE2; then the expression. */
export function compilePattern(coded: string): Pattern {
  const source = coded.slice(2)
  if (coded.startsWith('r:')) return linear(source)
  return new RegExp(source, coded.startsWith('u:') ? 'u' : '')
}

/** Compiled when it is first needed: hardly any document has one. */
function linear(source: string): Pattern {
  let compiled: RE2JS | undefined
  return {
    test(text) {
      compiled ??= RE2JS.compile(source)
      return compiled.test(text)
    },
  }
}
