/** The result for people. */
import type { Result } from './make-set.ts'

export function show(result: Result): string {
  if (!result.ok) return `Nothing was written.\n${result.mistakes.map((one) => `  ${one}\n`).join('')}`
  const { out, anchors, sources, signedBy, version, warnings, publish } = result
  return [
    `${out}: ${anchors} services of ${sources.length} sources, ${signedBy === undefined ? 'not signed' : `signed by ${signedBy}`}`,
    `version ${version}`,
    ...warnings.map((one) => `warning: ${one}`),
    ...(signedBy === undefined ? [] : ['', 'Put it where the gate reads it:', `  ${publish}`]),
    '',
  ].join('\n')
}
