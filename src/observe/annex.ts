/**
 * What other parts of `observe/` keep beside the behaviour rows of a Ledger object, so that a request stays one call for
 * each object. An annex is pure: it is handed its rows, what the request asks of it, and when; a Ledger object gives it
 * rows in SQLite, the laboratory rows in a Map (`rows.ts`). Types only; the annexes there are stand in `annexes.ts`.
 *
 * The gate's side of an annex: `Footprint.asks` says what is asked (made in `footprint.ts`), `read` makes a fact of the
 * answer, `minds` says which outcomes are worth telling, `Lesson.news` is what was read in the bank's answer.
 */
import type { ConsentFact, KeyKind, LedgerOutage, OutcomeKind } from '../evidence.ts'
import type { Fact } from '../lib/fact.ts'
import type { ConsentAsk, ConsentNews, ConsentRow, ConsentTold } from './consent/types.ts'
import type { HistoryAsk } from './history/ask.ts'
import type { HistoryRecord } from './history/record.ts'
import type { AccountHistory } from './history/types.ts'
import type { Order, OrderAsk, OrderNews, OrderRow } from './order/types.ts'
import type { QuotaAsk, QuotaRow, QuotaState } from './quota/types.ts'
import type { Walk, WalkAsk, WalkNews, WalkRow } from './walk/types.ts'

/**
 * What each annex keeps (`row`), is asked (`ask`), answers (`told`), learns from the bank's body (`news`), and what the
 * pipeline makes of its answer (`fact`). All but `row` and `fact` are cloned between Worker and object: plain data. Whoever
 * writes an annex puts its types here in place of `never`.
 */
export interface AnnexTypes {
  readonly consent: {
    row: ConsentRow
    ask: ConsentAsk
    told: ConsentTold
    news: ConsentNews
    fact: ConsentFact
  }
  readonly order: {
    row: OrderRow
    ask: OrderAsk
    told: Order
    news: OrderNews
    fact: Fact<Order, never, LedgerOutage>
  }
  readonly walk: {
    row: WalkRow
    ask: WalkAsk
    told: Walk
    news: WalkNews
    fact: Fact<Walk, never, LedgerOutage>
  }
  readonly quota: {
    row: QuotaRow
    ask: QuotaAsk
    told: QuotaState
    news: never
    fact: Fact<QuotaState, never, LedgerOutage>
  }
  readonly history: {
    row: HistoryRecord
    ask: HistoryAsk
    /** Null where the bank has never let anybody in to the account. */
    told: AccountHistory | null
    news: never
    fact: Fact<AccountHistory, never, LedgerOutage>
  }
}

export type AnnexName = keyof AnnexTypes
export type Asks = { readonly [N in AnnexName]?: AnnexTypes[N]['ask'] }
export type News = { readonly [N in AnnexName]?: AnnexTypes[N]['news'] }

/** Rows of one annex in one object, by name. Values are never changed in place: `put` says what is new. */
export interface Rows<Row> {
  /** Undefined where there is none, or where its time is over. */
  get(name: string): Row | undefined
  /** Durable before the object's answer leaves it: for what must never be lost. One row written for each call. */
  put(name: string, row: Row, until: number): void
  /** Durable within a second, with everything else that changed: for what may lose a second. */
  putSoon(name: string, row: Row, until: number): void
  delete(name: string): void
}

/** A row as bytes, its version first: what another version wrote reads as undefined, which is a row forgotten. */
export interface RowCodec<Row> {
  encode(row: Row): Uint8Array<ArrayBuffer>
  decode(bytes: Uint8Array): Row | undefined
}

export interface Occasion {
  /** Name of the key under which the request asks: its row has this name, and erasing the key erases it. */
  readonly name: string
  readonly requestId: string
  /** When the request arrived. */
  readonly at: number
  /** The request was counted before: a retry, which counts nothing. Known for the last 8,192 requests of an object only. */
  readonly again: boolean
  /**
   * The object is only asked what it knows: under a former name of the key, after a rotation, where another object counts the
   * request; or because the request is over already. Where old and new name meet in one object, the row has been renamed already and this is false.
   */
  readonly readOnly: boolean
}

/** How a request ended, for the annexes that were asked about it. */
export interface Ending {
  readonly outcome: OutcomeKind
  /** The origin's; undefined where it was not asked or did not answer. */
  readonly status: number | undefined
}

/** `now`: within a quarter of a second. `later`: with the next request to the object, and lost if there is none: free. */
export type Urgency = 'now' | 'later' | 'never'

export interface Annex<N extends AnnexName> {
  readonly name: N
  /** Its row is that of the first of these keys that the request has, in that key's object. */
  readonly kinds: readonly KeyKind[]
  /** In place of `kinds`, where what is asked says otherwise. */
  kindsFor?(ask: AnnexTypes[N]['ask']): readonly KeyKind[] | undefined
  readonly codec: RowCodec<AnnexTypes[N]['row']>
  /** Largest encoded row: what is larger is a bug, and is not kept. */
  readonly maxRowBytes: number
  /**
   * Rows that an object has under a former name of the key are told how requests end, too: what is known of the key goes on
   * there after a rotation, and is not divided between two rows.
   */
  readonly formerToo?: true
  /**
   * Only an answer of the bank makes a row: no flood of requests can. Where storage is full, these give way after everything
   * that a flood makes, the one that is over soonest first.
   */
  readonly madeByBank?: true
  /**
   * Of two rows of one key, after a rotation of keys: the one under its former name and the one under its present name. Left out where the
   * present one goes on alone, and nobody reads the other until it is over.
   */
  merge?(former: AnnexTypes[N]['row'], present: AnnexTypes[N]['row']): AnnexTypes[N]['row']
  /** Rows that one object keeps decoded in memory; the others are read. */
  readonly maxRows: number
  /** As how many of them a row counts, where one may be many times as large as another. */
  weigh?(row: AnnexTypes[N]['row']): number
  /** In the object, before the request is forwarded. Must not throw; if it does, the fact is unavailable. */
  observe(
    rows: Rows<AnnexTypes[N]['row']>,
    ask: AnnexTypes[N]['ask'],
    occasion: Occasion,
  ): AnnexTypes[N]['told']
  /** In the object, once for a request at most. With `readOnly` under a former name: only a row that is there may change. */
  settle(
    rows: Rows<AnnexTypes[N]['row']>,
    ask: AnnexTypes[N]['ask'],
    ending: Ending,
    occasion: Occasion,
  ): void
  /** In the object, once for a request at most, before `settle` or after it. */
  learn(rows: Rows<AnnexTypes[N]['row']>, news: AnnexTypes[N]['news'], occasion: Occasion): void
  /** At the gate: whether the object is to be told how the request ended. */
  minds(ask: AnnexTypes[N]['ask'], ending: Ending): Urgency
  /** At the gate: how soon the object has to know this; left out where that is always now. */
  teaches?(news: AnnexTypes[N]['news']): Urgency
  /**
   * At the gate: what the answers say. The first is that of the object that counted; others are what objects knew under former
   * names. They crossed a version boundary: undefined for what is no answer.
   */
  read(answers: readonly unknown[], ask: AnnexTypes[N]['ask']): AnnexTypes[N]['fact'] | undefined
}
