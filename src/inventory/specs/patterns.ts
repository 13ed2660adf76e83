/**
 * Regular expressions of documents, as the compiler chose to run them (`lab/specs/patterns.ts`): those that it could
 * prove to be quick for every text by the platform's own engine, and all others by RE2, which is linear whatever the
 * pattern and the text. A document's catastrophic pattern must not become an attacker's way to hold an isolate.
 */
import { RE2JS } from 're2js'
import { compilePattern as compileNative, type Pattern } from './native-patterns.ts'

/** As `compileNative`, and `r:` RE2. */
export function compilePattern(coded: string): Pattern {
  return coded.startsWith('r:') ? linear(coded.slice(2)) : compileNative(coded)
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
