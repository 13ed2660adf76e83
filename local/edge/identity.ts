import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificatePem, issueCertificate, privateKeyPem } from './issue.ts'

/** What the edge shows its clients. */
export interface Identity {
  /** PEM. */
  readonly key: string
  readonly certificate: string
  /** Whom to trust for it, as a file: `curl --cacert`. */
  readonly authorityPath: string
}

/** Browsers take no certificate that lives longer than 398 days, even from an authority of one's own. */
const LIFETIME_MS = 397 * 86_400_000
const RENEW_MS = 14 * 86_400_000

/** The edge's certificate, made once and kept in a folder that only its owner reads. */
export async function localIdentity(folder: string): Promise<Identity> {
  const paths = {
    authority: join(folder, 'edge-authority.pem'),
    certificate: join(folder, 'edge-certificate.pem'),
    key: join(folder, 'edge-key.pem'),
  }
  const kept = await readKept(paths)
  if (kept) return kept
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await make(paths)
  const made = await readKept(paths)
  if (!made) throw new Error(`Cannot keep the edge's certificate in ${folder}: it does not read back`)
  return made
}

type Paths = Readonly<Record<'authority' | 'certificate' | 'key', string>>

async function readKept(paths: Paths): Promise<Identity | undefined> {
  try {
    const [key, certificate, authority] = await Promise.all(
      [paths.key, paths.certificate, paths.authority].map((path) => readFile(path, 'utf8')),
    )
    if (key === undefined || certificate === undefined || authority === undefined) return undefined
    const leaf = new X509Certificate(certificate)
    const issued = leaf.checkIssued(new X509Certificate(authority))
    if (!issued || Date.parse(leaf.validTo) < Date.now() + RENEW_MS) return undefined
    return { key, certificate, authorityPath: paths.authority }
  } catch {
    // Absent or damaged: made anew.
    return undefined
  }
}

/**
 * The authority's own key is never written: people put a development authority into their browsers, and one whose key
 * lies about in a folder can then sign for every bank. Renewal makes a new authority with the certificate.
 */
async function make(paths: Paths): Promise<void> {
  const notAfter = new Date(Date.now() + LIFETIME_MS)
  const authority = await issueCertificate({
    subject: `CN=Portcullis local edge ${new Date().toISOString().slice(0, 10)},O=Portcullis development`,
    use: 'authority',
    notAfter,
  })
  const leaf = await issueCertificate({
    subject: 'CN=localhost,O=Portcullis development',
    use: 'server',
    issuer: authority,
    names: [
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '::1' },
    ],
    notAfter,
  })
  await writeFile(paths.authority, certificatePem(authority))
  await writeFile(paths.certificate, certificatePem(leaf))
  await writeFile(paths.key, await privateKeyPem(leaf), { mode: 0o600 })
  // The mode above holds only for a file that was not there before.
  await chmod(paths.key, 0o600)
}
