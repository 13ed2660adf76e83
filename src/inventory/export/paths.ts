/** Templates as OpenAPI wants them: every parameter named, and named once. */
import { isParameter, REST, segmentsOf } from '../learn/template.ts'

export interface OpenApiPath {
  readonly path: string
  readonly parameters: readonly string[]
}

export function openApiPath(template: string): OpenApiPath {
  const parameters: string[] = []
  const path = segmentsOf(template)
    .map((segment) => segment.replace(/\{[^{}]*\}/g, (found) => `{${nameFor(found, parameters)}}`))
    .join('/')
  return { path: `/${path}`, parameters }
}

function nameFor(found: string, taken: string[]): string {
  const given = found === REST ? 'rest' : found.slice(1, -1).replace(/[^\w.-]/g, '_') || 'id'
  let name = given
  for (let number = 2; taken.includes(name); number++) name = `${given}${number}`
  taken.push(name)
  return name
}

/** Two templates that differ in the names of their parameters alone are one to OpenAPI (3.1.0 section 4.8.8.2). */
export function shapeOf(template: string): string {
  return segmentsOf(template)
    .map((segment) => (isParameter(segment) ? '{}' : segment.replace(/\{[^{}]*\}/g, '{}')))
    .join('/')
}
