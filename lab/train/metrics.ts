/** What wasm/train.py writes of a model. */

export interface Recalls {
  readonly rows: number
  readonly negatives: number
  readonly 'recall_at_0.01': number | null
  readonly 'recall_at_0.001': number | null
}

export type ByClass = Readonly<Record<string, Recalls>>

export interface Measured {
  readonly log_loss: number
  readonly classes: ByClass
  /** Of the probability of any abuse, which is what thresholds are held against. */
  readonly abuse?: Recalls
}

export interface Reliability {
  readonly bins: readonly {
    readonly from: number
    readonly to: number
    readonly rows: number
    readonly predicted: number
    readonly observed: number
  }[]
  readonly expected_error: number
}

export interface Metrics {
  readonly xgboost: string
  readonly parameters: Readonly<Record<string, string | number>>
  /** Features that no tree may ask for. */
  readonly ignored: readonly string[]
  readonly counts: Readonly<
    Record<'learn' | 'tune' | 'report', { readonly rows: number; readonly groups: number }>
  >
  readonly calibration: {
    readonly rows: number
    readonly factors: readonly number[]
    readonly addends: readonly number[]
  } | null
  readonly report:
    | (Measured & {
        readonly by_seen: Readonly<Record<string, ByClass>>
        readonly reliability?: Reliability
        readonly novel?: Measured
      })
    | null
  readonly ablations?: Readonly<Record<string, Measured>>
  readonly trials?: Readonly<Record<string, Measured>>
  readonly importance: Readonly<Record<string, number>>
}
