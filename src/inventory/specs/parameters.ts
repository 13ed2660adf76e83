/** Parameters of a request, and headers of an answer, held against what is declared. */
import { cookiesNamed } from '../../lib/cookie.ts'
import { headerFields } from '../../lib/header-fields.ts'
import type { HeaderDeclaration, Operation, Parameter, Place, Serialisation, Validator } from '../types.ts'
import { add, addSchemaError, type Findings, plainName } from './findings.ts'
import { isOrdinaryRequestHeader, isOrdinaryResponseHeader } from './ordinary-headers.ts'
import { QUERY_UNDECLARED, type Query } from './query.ts'
import { asIs, convert, type Decode, decodePercent, readText } from './serialisation.ts'

type Validators = readonly Validator[]

/** `values` as they came, in the order of the template's parameters. */
export function checkPath(
  operation: Operation,
  values: readonly string[],
  validators: Validators,
  findings: Findings,
): void {
  const names = [...operation.path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name)
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'path') continue
    const raw = values[names.indexOf(parameter.name)]
    // Two parameters in one segment are matched together and cannot be told apart.
    if (raw !== undefined && names.length === values.length)
      checkText(parameter, raw, 'path', decodePercent, validators, findings)
  }
}

export function checkQuery(
  operation: Operation,
  query: Query,
  validators: Validators,
  findings: Findings,
): void {
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'query') continue
    const found = query.take(parameter)
    if (found === 'absent') {
      if (parameter.required) add(findings, 'parameter_missing', 'query', parameter.name)
    } else if (found === 'repeated') add(findings, 'parameter_repeated', 'query', parameter.name)
    else if (!(parameter.allowEmpty && found.empty))
      checkReadings(parameter, found.readings, 'query', validators, findings)
  }
  for (const name of query.rest().slice(0, QUERY_UNDECLARED))
    add(findings, 'query_undeclared', 'query', name, plainName(name))
}

export function checkHeaders(
  operation: Operation,
  headers: Headers,
  validators: Validators,
  findings: Findings,
): void {
  const declared = new Set<string>()
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'header') continue
    declared.add(parameter.name)
    const raw = headers.get(parameter.name)
    if (raw !== null)
      checkText(parameter, fieldValue(raw, parameter.serialisation), 'header', asIs, validators, findings)
    else if (parameter.required) add(findings, 'header_missing', 'header', parameter.name)
  }
  for (const need of operation.security.flat()) if (need.in === 'header') declared.add(need.parameter ?? '')
  for (const [name] of headerFields(headers)) {
    if (!declared.has(name) && !isOrdinaryRequestHeader(name))
      add(findings, 'header_undeclared', 'header', name, plainName(name))
  }
}

export function checkCookies(
  operation: Operation,
  header: string | null,
  validators: Validators,
  findings: Findings,
): void {
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'cookie') continue
    const [raw, ...more] = cookiesNamed(header, parameter.name)
    if (more.length > 0) add(findings, 'parameter_repeated', 'cookie', parameter.name)
    else if (raw !== undefined) checkText(parameter, raw, 'cookie', decodePercent, validators, findings)
    else if (parameter.required) add(findings, 'parameter_missing', 'cookie', parameter.name)
  }
}

export function checkResponseHeaders(
  declarations: readonly HeaderDeclaration[],
  headers: Headers,
  validators: Validators,
  findings: Findings,
): void {
  const declared = new Set<string>()
  for (const declaration of declarations) {
    declared.add(declaration.name)
    const raw = headers.get(declaration.name)
    if (raw === null) {
      if (declaration.required) add(findings, 'header_missing', 'header', declaration.name)
    } else
      checkText(declaration, fieldValue(raw, declaration.serialisation), 'header', asIs, validators, findings)
  }
  for (const [name] of headerFields(headers)) {
    if (!declared.has(name) && !isOrdinaryResponseHeader(name))
      add(findings, 'header_undeclared', 'header', name, plainName(name))
  }
}

/** RFC 9110 section 5.6.1: white space around the commas of a list is none of its items'. */
function fieldValue(raw: string, { shape }: Serialisation): string {
  if (shape === 'primitive' || !raw.includes(',')) return raw
  return raw
    .split(',')
    .map((part) => part.trim())
    .join(',')
}

type Checked = Pick<Parameter, 'name' | 'serialisation' | 'validator'>

function checkText(
  checked: Checked,
  raw: string,
  place: Place,
  decode: Decode,
  validators: Validators,
  findings: Findings,
): void {
  const value = readText(raw, checked.serialisation, checked.name, decode)
  checkReadings(checked, [value], place, validators, findings)
}

/** A value may be read in two ways that are both common (a `+` in a query): one of them has to conform. */
function checkReadings(
  { name, serialisation, validator }: Checked,
  readings: readonly unknown[],
  place: Place,
  validators: Validators,
  findings: Findings,
): void {
  const values = readings.filter((value) => value !== undefined)
  if (values.length === 0) {
    add(findings, 'parameter_malformed', place, name)
    return
  }
  const validate = validator === undefined ? undefined : validators[validator]
  if (validate === undefined || values.some((value) => accepts(validate, value, serialisation))) return
  // The last one is as good as any: `accepts` has just tried it.
  addSchemaError(findings, validate.errors, { place, prefix: name })
}

/** `type: [integer, string]`: a text first, and then the number that it may stand for. */
function accepts(validate: Validator, value: unknown, { shape, types }: Serialisation): boolean {
  if (validate(value)) return true
  if (shape !== 'primitive' || typeof value !== 'string' || types.length < 2) return false
  const converted = convert(value, types)
  return converted !== undefined && validate(converted)
}
