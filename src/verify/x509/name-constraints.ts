/**
 * Name constraints (RFC 5280 section 4.2.1.10): DNS names, mail addresses, directory names, URIs and IP addresses.
 * A constraint on another kind of name refuses whoever has such a name. Every comparison is counted: a certificate
 * with thousands of names below one with thousands of constraints is a known way to keep a validator busy.
 */
import type { Budget } from './budget.ts'
import { isEmpty, rdnKeys, type Shape, shapesOf } from './names.ts'
import type { Certificate, GeneralName, NameConstraints, PathFault } from './types.ts'

/** PKCS #9 emailAddress in a subject is a mail address like any other. */
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

/** Whether all names of `certificate` lie where `constraints` allow. */
export function findNameFault(
  certificate: Certificate,
  constraints: NameConstraints,
  budget: Budget,
): PathFault | undefined {
  const { permitted, excluded } = constraints
  if (!budget.spendComparisons(permitted.length + excluded.length)) return 'path_work_exceeded'
  if (![...permitted, ...excluded].every(isUnderstood)) return 'name_constraint_unsupported'
  const prepared = { permitted: permitted.map(prepare), excluded: excluded.map(prepare) }
  for (const name of namesOf(certificate)) {
    const fault = judge(prepare(name), prepared, budget)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** A name with what is compared of it, made once: directory names are long, and each meets every constraint. */
type Prepared =
  | Exclude<GeneralName, { kind: 'directory' }>
  | { readonly kind: 'directory'; readonly keys: readonly string[]; readonly shapes: readonly Shape[] }

type Directory = Extract<Prepared, { kind: 'directory' }>

interface PreparedConstraints {
  readonly permitted: readonly Prepared[]
  readonly excluded: readonly Prepared[]
}

function prepare(name: GeneralName): Prepared {
  if (name.kind !== 'directory') return name
  return { kind: 'directory', keys: rdnKeys(name.name), shapes: shapesOf(name.name) }
}

function namesOf({ subject, subjectAltName = [] }: Certificate): readonly GeneralName[] {
  const addresses = subject.attributes
    .filter(({ type }) => type === EMAIL_ADDRESS)
    .map(({ text }): GeneralName => ({ kind: 'email', text: text ?? '' }))
  const directory: readonly GeneralName[] = isEmpty(subject) ? [] : [{ kind: 'directory', name: subject }]
  return [...directory, ...addresses, ...subjectAltName]
}

function judge(name: Prepared, constraints: PreparedConstraints, budget: Budget): PathFault | undefined {
  const excluded = constraints.excluded.filter((base) => isSameKind(base, name))
  const permitted = constraints.permitted.filter((base) => isSameKind(base, name))
  if (!budget.spendComparisons(constraints.permitted.length + constraints.excluded.length)) {
    return 'path_work_exceeded'
  }
  if (excluded.length + permitted.length === 0) return undefined
  if (name.kind === 'other') return 'name_constraint_unsupported'
  if (excluded.some((base) => meets(name, base, 'some'))) return 'name_constraint_violated'
  if (permitted.length > 0 && !permitted.some((base) => meets(name, base, 'all'))) {
    return 'name_constraint_violated'
  }
  return undefined
}

function isSameKind(base: Prepared, name: Prepared): boolean {
  if (base.kind === 'other' || name.kind === 'other') {
    return base.kind === 'other' && name.kind === 'other' && base.tag === name.tag
  }
  return base.kind === name.kind
}

/**
 * Whether all hosts that a name stands for lie below `base`, or some of them: a wildcard stands for many. What cannot
 * be read as a name of its kind is never inside what is permitted and always inside what is excluded.
 */
function meets(name: Prepared, base: Prepared, which: 'all' | 'some'): boolean {
  const unreadable = which === 'some'
  if (name.kind === 'directory') {
    return base.kind === 'directory' && isWithinSubtree(name, base, unreadable)
  }
  if (name.kind === 'ip' && base.kind === 'ip') return isWithinNetwork(name.bytes, base.bytes) ?? unreadable
  if (!('text' in name) || !('text' in base)) return unreadable
  if (name.kind === 'dns') return isWithinDomain(name.text, base.text, which)
  if (name.kind === 'email') return isWithinMail(name.text, base.text) ?? unreadable
  return isWithinUri(name.text, base.text) ?? unreadable
}

/**
 * Whether `name` continues `base`. TeletexString and what is no text are compared by their octets: one of them in the same
 * place as an excluded name may be that name in another spelling, which a bank's program could read.
 */
function isWithinSubtree(name: Directory, base: Directory, unreadable: boolean): boolean {
  return base.keys.every((key, at) => {
    if (name.keys[at] === key) return true
    const [one, other] = [name.shapes[at], base.shapes[at]]
    return unreadable && one !== undefined && one.types === other?.types && (one.opaque || other.opaque)
  })
}

function isWithinDomain(name: string, base: string, which: 'all' | 'some'): boolean {
  const [host, domain] = [name.toLowerCase(), base.toLowerCase()]
  if (domain === '' || host === domain || host.endsWith(`.${domain}`)) return true
  if (which === 'all' || !host.startsWith('*.')) return false
  // `*.example.com` may be presented for `bar.example.com`, which `base` excludes.
  const [, ...parent] = domain.split('.')
  return parent.join('.') === host.slice(2)
}

/** Undefined when the name is no mail address. The part before the @ is compared as it stands. */
function isWithinMail(name: string, base: string): boolean | undefined {
  const [mailbox, host, more] = name.split('@')
  if (!mailbox || !host || more !== undefined) return undefined
  const [first = '', second] = base.split('@')
  if (second !== undefined) return mailbox === first && host.toLowerCase() === second.toLowerCase()
  return isWithinHost(host, base)
}

/** Undefined when there is no host name in it: section 4.2.1.10 refuses a URI that has none. */
function isWithinUri(name: string, base: string): boolean | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name)?.[1]
  const host = authority?.replace(/^.*@/, '').replace(/:\d*$/, '')
  if (host === undefined || !HOST.test(host) || IPV4.test(host)) return undefined
  return isWithinHost(host, base)
}

/** A leading period stands for one or more labels; without it the host is meant and nothing below it. */
function isWithinHost(name: string, base: string): boolean {
  const [host, domain] = [name.toLowerCase(), base.toLowerCase()]
  return domain.startsWith('.') ? host.endsWith(domain) && host.length > domain.length : host === domain
}

/** Undefined when the name is no address. */
function isWithinNetwork(address: Uint8Array, network: Uint8Array): boolean | undefined {
  if (address.length !== 4 && address.length !== 16) return undefined
  if (network.length !== 2 * address.length) return false
  return address.every((octet, at) => {
    const mask = network[address.length + at] ?? 0
    return (octet & mask) === ((network[at] ?? 0) & mask)
  })
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const HOST = new RegExp(`^${LABEL}(\\.${LABEL})*$`, 'i')
const IPV4 = /^\d+(\.\d+){3}$/

/** A constraint that does not say what section 4.2.1.10 lets it say might mean anything. */
function isUnderstood(base: GeneralName): boolean {
  switch (base.kind) {
    case 'dns':
      return base.text === '' || HOST.test(base.text)
    case 'email':
      return isHostConstraint(base.text.replace(/^[^@]+@(?=[^.])/, ''))
    case 'uri':
      return isHostConstraint(base.text)
    case 'ip':
      return isNetwork(base.bytes)
    default:
      return true
  }
}

function isHostConstraint(text: string): boolean {
  return HOST.test(text.replace(/^\./, ''))
}

/** An address and a mask of ones and then zeros. */
function isNetwork(bytes: Uint8Array): boolean {
  if (bytes.length !== 8 && bytes.length !== 32) return false
  const mask = [...bytes.subarray(bytes.length / 2)]
    .map((octet) => octet.toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(mask)
}
