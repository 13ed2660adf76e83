/**
 * `npm run bench [-- --quick] [--json]`: the gate against a bare pass-through Worker, what each stage adds, and the
 * scorer against native code, what a certificate costs, on this machine, in this run. Ratios carry over to another machine; microseconds do not.
 */
import { parseArgs } from 'node:util'
import { benchCertificates, type CertificateFigures } from './bench/certificates.ts'
import { benchEstate, type EstateFigures } from './bench/estate.ts'
import { benchGate, type GateFigures } from './bench/gate.ts'
import { benchInventory, type InventoryFigures } from './bench/inventory.ts'
import { benchLedger, type LedgerFigures } from './bench/ledger.ts'
import { benchObservation, type ObservationFigures } from './bench/observation.ts'
import { benchSignatures, type SignatureFigures } from './bench/signatures.ts'
import { benchStages, type StageFigures } from './bench/stages.ts'
import { benchScorer, type ScorerFigures } from './bench-scorer.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
})
const progress = (line: string): void => void process.stderr.write(`bench: ${line}\n`)

/** Of the ledger's objects and keys: twenty thousand objects take minutes to make. */
const QUICK_SHARE = 0.02

const gate = await benchGate({ seconds: 2, rounds: values.quick ? 4 : 12, progress })
progress('stages')
const stages = await benchStages()
progress('certificates')
const certificates = await benchCertificates()
progress('signatures')
const signatures = await benchSignatures()
progress('scorer')
const scorer = await benchScorer()
progress('inventory')
const rounds = values.quick ? 5 : undefined
const inventory = { ...(await benchInventory(rounds)), ...(await benchObservation(rounds)) }

progress('ledger')
const ledger = await benchLedger(values.quick ? QUICK_SHARE : 1)
progress('estate')
const estate = await benchEstate(values.quick ? 2 : undefined)

const others = { certificates, signatures, scorer, inventory, ledger, estate }
const report = { gate: { ...gate, stages_us: stages }, ...others }
process.stdout.write(
  values.json ? `${JSON.stringify(report, undefined, 2)}\n` : table({ gate, stages, ...others }),
)

interface Report {
  readonly gate: GateFigures
  readonly stages: StageFigures
  readonly certificates: CertificateFigures
  readonly signatures: SignatureFigures
  readonly scorer: ScorerFigures
  readonly inventory: InventoryFigures & ObservationFigures
  readonly ledger: LedgerFigures
  readonly estate: EstateFigures
}

function table({
  gate: figures,
  stages: added,
  certificates: certificate,
  signatures: ratios,
  scorer: forest,
  inventory: figure,
  ledger,
  estate: everybody,
}: Report): string {
  const rows: readonly (readonly [string, string])[] = [
    [
      'pass-through',
      `${figures.passthrough_rps} requests a second, ${figures.passthrough_cpu_us} us of processor`,
    ],
    [
      'gate, without the ledger hop',
      `${figures.gate_without_hop_rps}, ${figures.gate_without_hop_cpu_us} us, ratio ${figures.ratio_without_hop} (at least 0.6)`,
    ],
    ['gate', `${figures.gate_rps}, ${figures.gate_cpu_us} us, ratio ${figures.ratio} (at least 0.3)`],
    ['gate, conformance on against off', `ratio ${figures.ratio_conformance}`],
    ['gate, warm', `p50 ${figures.p50_ms} ms, p99 ${figures.p99_ms} ms`],
    ['gate, every key cold', `p50 ${figures.cold_p50_ms} ms, p99 ${figures.cold_p99_ms} ms`],
    ...Object.entries(added).map(([stage, us]): [string, string] => [`  ${stage}`, `+${us} us`]),
    [
      'certificate, chain of three',
      `cold ${certificate.cold_us} us (RSA ${certificate.cold_rsa_us} us), seen before ${certificate.warm_us} us`,
    ],
    ...Object.entries(ratios).map(([form, ratio]): [string, string] => [
      `signature ${form}`,
      `${ratio} of WebCrypto alone (at most 1.3)`,
    ]),
    [
      'scorer',
      `${forest.ns} ns, with explanation ${forest.explain_ns} ns, native ${forest.native_ns ?? 'absent'} ns`,
    ],
    [
      'scorer, ratios',
      `${forest.ratio_to_native ?? 'no'} of native (at most 1.9), with explanation ${forest.ratio_explain} of without (below 2), onnxruntime-web takes ${forest.times_onnxruntime ?? 'absent'} times as long (at least 5)`,
    ],
    [
      'scorer, model',
      `${forest.trees} trees of ${forest.classes} classes, ready in ${forest.cold_start_ms} ms (below 5), module ${forest.module_bytes} bytes, model ${forest.model_bytes}`,
    ],
    [
      'difference of margins, of contributions',
      `${forest.max_margin_difference ?? 'no peer'}, ${forest.max_contribution_difference ?? 'no peer'} (below 1e-5)`,
    ],
    ['operation of 2,000', `${figure.match_us} us (below 1), none of them ${figure.match_miss_us} us`],
    [
      'observation',
      `${figure.observe_us} us (below 3), of a shadow ${figure.observe_shadow_us}, of a random path ${figure.observe_random_us}, of which the isolate ${figure.observe_random_isolate_us}`,
    ],
    ['body scan', `${figure.body_scan_mb_s} MB/s (above 300)`],
    ['body of 1 kB', `${figure.validate_ratio_to_ajv} times ajv alone (at most 1.5)`],
    ...ledger.hops.map(({ objects, keys, p50_us, p99_us }): [string, string] => [
      `ledger hop, ${objects} objects, ${keys} keys`,
      `p50 ${p50_us} us, p99 ${p99_us} us`,
    ]),
    [
      'estate',
      `${everybody.request_us} us a request, ${everybody.swap_us} us after it, a thousand isolates merged in ${everybody.merge_1000_ms} ms`,
    ],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return `${rows.map(([name, text]) => name.padEnd(width) + text).join('\n')}\n`
}
