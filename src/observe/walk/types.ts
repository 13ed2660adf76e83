/** Whether somebody goes through identifiers that are not theirs. Types only. */

/** Counts are halved every hour: what is told is the last hour or two. What the gate refused is in none but of `run`. */
export interface Walk extends Steps {
  /** Resources asked for that were none of the sixteen before them. */
  readonly fresh: number
  /** Of these, such whose number was the neighbour of the last one's. */
  readonly neighbours: number
  /** Steps in one direction without a break, this request among them. */
  readonly run: number
  /**
   * Answers 400, 403 and 404 of the bank to requests that named a resource. Whoever asks for what the bank listed, or has answered
   * for before, walks nowhere: it may be a consent that was suspended, or a bank in trouble.
   */
  readonly misses: number
  /** Of `fresh`, those outside the complete list that the bank gave under this key; undefined where it gave none. */
  readonly outside: number | undefined
  /** Under all tokens of the organisation together, as far as one of its objects sees them; undefined where it was not asked. */
  readonly organisation?: Steps
}

/** Halved every day: whoever goes through identifiers slowly takes as long. */
export interface Steps {
  /** Different resources asked for, as far as they were none of the sixteen before them. */
  readonly asked: number
  /** Of these, such that the bank answered with 400, 403 or 404, having neither listed nor answered for them before. */
  readonly missing: number
}

/** The resource that a request names. Hashes of 32 bits: enough to tell a few apart. */
export interface WalkAsk {
  /** All that its path names. */
  readonly resource: number
  /** The first that its path names, and the word before it: the account, where transactions of an account are asked for. */
  readonly owner: number
  readonly collection: number
  /**
   * What the owner's identifier ends with, as a number, and everything before that; undefined where it ends with none. Statements
   * of one account are numbered, and to read them in order is to read.
   */
  readonly ordinal: { readonly stem: number; readonly number: number } | undefined
  /** Asks about what a third party made (`Claims.inquiry`): whoever does is known by the token, and not by what it asks about. */
  readonly inquiry?: true
  /** Name of the row in which all of an organisation's inquiries are counted; left out where none is proven. */
  readonly organisation?: string
}

/** What there is in a collection under a key, as the bank said. Hashes as in `WalkAsk.owner`. */
export interface WalkNews {
  /** As paths spell it: `accounts`. */
  readonly collection: string
  /** All of it. */
  readonly complete?: readonly number[]
  /** Or what is on one page of it, or passed a filter. */
  readonly part?: readonly number[]
}

export interface Listed {
  readonly collection: number
  readonly owners: readonly number[]
  /** There is nothing else. What is on a part says nothing of what is not. */
  readonly whole: boolean
}

export interface WalkRow {
  /** When the counts below were brought up to date. */
  readonly at: number
  readonly fresh: number
  readonly neighbours: number
  readonly misses: number
  readonly outside: number
  readonly asked: number
  readonly missing: number
  readonly run: number
  /** Sign of the last step. */
  readonly direction: number
  readonly stem: number
  readonly number: number
  /** The last resources, the latest at the end. */
  readonly recent: readonly number[]
  /** Which request asked for each of them first, hashed: what was refused is taken back once. 0 where that is done. */
  readonly askedBy: readonly number[]
  /** The last resources that were missing, or refused (`markOf`), in the order in which that was told. */
  readonly ended: readonly number[]
  /** The last resources that the bank answered for. */
  readonly answered: readonly number[]
  /** Undefined where the bank gave no list. What is on it says nothing of other collections. */
  readonly listed: Listed | undefined
}
