/** Takes the one signature that the policy means out of Signature-Input and Signature (RFC 9421 section 4). */
import { type Dictionary, type InnerList, type Item, isInnerList, type Parameters } from 'structured-headers'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { HttpSignatureFault } from './faults.ts'
import { asBytes, readDictionary } from './structured.ts'

/** A browser's bot, a proxy and a gate may sign side by side. */
const MAX_SIGNATURES = 8
const MAX_COMPONENTS = 64
const MAX_PARAMETERS = 16
/** RSA with 8,192 bits. */
const MAX_SIGNATURE_BYTES = 1_024
const MAX_TEXT = 512

/** Section 2.3. Times are in seconds since the epoch. */
export interface SignatureParameters {
  readonly created?: number
  readonly expires?: number
  readonly nonce?: string
  readonly alg?: string
  readonly keyid?: string
  readonly tag?: string
}

export interface ChosenSignature {
  readonly label: string
  readonly components: readonly Item[]
  /** As it is serialised in the last line of the signature base. */
  readonly list: InnerList
  readonly parameters: SignatureParameters
  readonly signature: Uint8Array
}

type Fault = Extract<
  HttpSignatureFault,
  | 'signature_malformed'
  | 'signature_incomplete'
  | 'signature_label_missing'
  | 'signature_ambiguous'
  | 'signature_too_large'
  | 'parameter_refused'
>

/** @returns undefined where the message carries no signature at all */
export function chooseSignature(
  headers: Headers,
  select: { readonly label: string } | { readonly tag: string },
): Outcome<ChosenSignature, Fault> | undefined {
  const [input, signature] = [headers.get('signature-input'), headers.get('signature')]
  if (input === null) return signature === null ? undefined : fail('signature_incomplete')
  const inputs = readDictionary(input)
  if (inputs === undefined) return fail('signature_malformed')
  if (inputs.size > MAX_SIGNATURES) return fail('signature_too_large')
  const label = chooseLabel(inputs, select)
  if (!label.ok) return label
  const signatures = signature === null ? undefined : readDictionary(signature)
  if (signatures === undefined)
    return fail(signature === null ? 'signature_incomplete' : 'signature_malformed')
  return takeLabel(label.value, inputs, signatures)
}

/** Every whole signature of a tag; none where the fields are malformed. What each covers and proves is not yet checked. */
export function signaturesOf(headers: Headers, tag: string): readonly ChosenSignature[] {
  const [input, signature] = [headers.get('signature-input'), headers.get('signature')]
  const inputs = input === null ? undefined : readDictionary(input)
  const signatures = signature === null ? undefined : readDictionary(signature)
  if (inputs === undefined || signatures === undefined || inputs.size > MAX_SIGNATURES) return []
  return [...inputs.keys()].flatMap((label) => {
    const taken = takeLabel(label, inputs, signatures)
    return taken.ok && taken.value.parameters.tag === tag ? [taken.value] : []
  })
}

function chooseLabel(
  inputs: Dictionary,
  select: { readonly label: string } | { readonly tag: string },
): Outcome<string, Fault> {
  if ('label' in select) {
    return inputs.has(select.label) ? pass(select.label) : fail('signature_label_missing')
  }
  const [label, ...others] = [...inputs]
    .filter(([, [, parameters]]) => parameters.get('tag') === select.tag)
    .map(([name]) => name)
  if (label === undefined) return fail('signature_label_missing')
  // Whichever we took, the bank might take the other.
  return others.length > 0 ? fail('signature_ambiguous') : pass(label)
}

function takeLabel(
  label: string,
  inputs: Dictionary,
  signatures: Dictionary,
): Outcome<ChosenSignature, Fault> {
  const list = inputs.get(label)
  if (list === undefined || !isInnerList(list)) return fail('signature_malformed')
  const member = signatures.get(label)
  if (member === undefined) return fail('signature_incomplete')
  const signature = asBytes(member)
  if (signature === undefined) return fail('signature_malformed')
  if (signature.length > MAX_SIGNATURE_BYTES) return fail('signature_too_large')
  const [components, given] = list
  if (components.length > MAX_COMPONENTS || given.size > MAX_PARAMETERS) return fail('signature_too_large')
  const parameters = readParameters(given)
  if (parameters === undefined) return fail('parameter_refused')
  return pass({ label, components, list, parameters, signature })
}

const TIMES = ['created', 'expires'] as const
const TEXTS = ['nonce', 'alg', 'keyid', 'tag'] as const

/** Section 2.3: two are integers and four are strings. Others may stand there; they are signed and say nothing to us. */
function readParameters(given: Parameters): SignatureParameters | undefined {
  const read: Record<string, number | string> = {}
  for (const name of TIMES) {
    const value = given.get(name)
    if (value === undefined) continue
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return undefined
    read[name] = value
  }
  for (const name of TEXTS) {
    const value = given.get(name)
    if (value === undefined) continue
    if (typeof value !== 'string' || value.length > MAX_TEXT) return undefined
    read[name] = value
  }
  return read
}
