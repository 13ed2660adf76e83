/**
 * NIST's Public Key Interoperability Test Suite as Debian's python3-cryptography-vectors lays it out: a folder with
 * `certs/*.crt` and `crls/*.crl`. As for an application that has a directory of certificates, all of them are candidates
 * for every path; the lists are those of the path's issuers. Settings are the default ones of the document: any policy
 * will do and none is required.
 */
import { dirname } from 'node:path'
import { toBase64 } from '../../src/lib/base64.ts'
import { readCrl } from '../../src/verify/revocation/crl-reading.ts'
import { readCertificate } from '../../src/verify/x509/certificate.ts'
import { nameKey } from '../../src/verify/x509/names.ts'
import type { Certificate } from '../../src/verify/x509/types.ts'
import type { VectorFile } from './files.ts'
import type { Suite } from './formats.ts'
import type { PathItem } from './path-case.ts'
import { PKITS_TESTS, type PkitsTest } from './pkits-tests.ts'

const ANCHOR = 'TrustAnchorRootCertificate.crt'

export function findPkits(files: readonly VectorFile[]): readonly Suite[] {
  const anchors = files.filter(({ name, folder }) => name === ANCHOR && folder === 'certs')
  return anchors.map((anchor) => {
    const root = dirname(anchor.directory)
    const within = files.filter(({ directory }) => dirname(directory) === root)
    return { name: 'pkits', judge: 'path', items: itemsOf(anchor, within) }
  })
}

interface Directory {
  readonly anchor: string
  readonly certificates: ReadonlyMap<string, Listed>
  /** DER in base64, by the issuer's name. */
  readonly crls: ReadonlyMap<string, readonly string[]>
}

interface Listed {
  readonly der: string
  /** Undefined for one that cannot be read: some are broken on purpose. */
  readonly certificate: Certificate | undefined
}

function itemsOf(anchor: VectorFile, files: readonly VectorFile[]): readonly PathItem[] {
  const certificates = new Map<string, Listed>()
  const crls = new Map<string, string[]>()
  for (const file of files) {
    const bytes = file.bytes()
    if (file.folder === 'certs' && file.name.endsWith('.crt')) {
      const read = readCertificate(bytes)
      certificates.set(file.name, {
        der: toBase64(bytes),
        certificate: read.state === 'valid' ? read.value : undefined,
      })
    } else if (file.folder === 'crls' && file.name.endsWith('.crl')) {
      const issuer = readCrl(bytes)?.issuer
      const key = issuer === undefined ? '' : nameKey(issuer)
      crls.set(key, [...(crls.get(key) ?? []), toBase64(bytes)])
    }
  }
  const directory: Directory = { anchor: toBase64(anchor.bytes()), certificates, crls }
  return PKITS_TESTS.filter(({ file }) => certificates.has(file)).map((test) => toItem(test, directory))
}

function toItem(test: PkitsTest, directory: Directory): PathItem {
  const leaf = directory.certificates.get(test.file)
  const others = [...directory.certificates].filter(([name]) => name.endsWith('Cert.crt'))
  const candidates = others.map(([, listed]) => listed)
  return {
    id: `${test.section} ${test.name}`,
    expected: test.expected,
    notApplicable: test.notApplicable,
    unasked: undefined,
    leaf: leaf?.der ?? '',
    candidates: candidates.map(({ der }) => der),
    anchors: [directory.anchor],
    crls: listsAbove(leaf?.certificate, candidates, directory),
    revocationNeeded: true,
    at: Date.now(),
    purposes: [],
    keyUsage: [],
    maxIntermediates: 4,
  }
}

/** The lists of every issuer that a path from `leaf` might have. */
function listsAbove(
  leaf: Certificate | undefined,
  candidates: readonly Listed[],
  { crls }: Directory,
): readonly string[] {
  const names = new Set<string>()
  let wanted = leaf === undefined ? [] : [leaf]
  while (wanted.length > 0) {
    const issuers = new Set(wanted.map(({ issuer }) => nameKey(issuer)).filter((key) => !names.has(key)))
    for (const key of issuers) names.add(key)
    wanted = candidates.flatMap(({ certificate }) =>
      certificate !== undefined && issuers.has(nameKey(certificate.subject)) ? [certificate] : [],
    )
  }
  return [...names].flatMap((key) => crls.get(key) ?? [])
}
