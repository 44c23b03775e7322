import {
  DESCRIPTIONS_MAX,
  DESCRIPTIONS_PER_S,
  FRESH_CONNECTIONS_MAX,
  FRESH_CONNECTIONS_PER_MINUTE,
  REFUSED_SIGNALS_MAX,
} from '../base/limits.ts';
import { TokenBucket } from '../base/token_bucket.ts';

const MINUTE_S = 60;

/**
 * What another participant may make us do by signals, and what we may do of our own accord: the two have budgets of their
 * own, so that nobody can use up what we need to mend a link. Outlives the links.
 */
export class SignalGuard {
  /** They go on with what has been refused: told once until `reopen`. */
  onFlood: (() => void) | null = null;
  /** Something of theirs was refused. */
  onRefusal: (() => void) | null = null;

  readonly #theirs = freshBucket();
  readonly #ours = freshBucket();
  readonly #descriptions = new TokenBucket(DESCRIPTIONS_MAX, DESCRIPTIONS_PER_S);
  readonly #refused = new TokenBucket(REFUSED_SIGNALS_MAX, REFUSED_SIGNALS_MAX / MINUTE_S);
  #flooded = false;

  /** Whether a new connection may be made because they begin one. */
  mayBegin(): boolean {
    return this.#isGranted(this.#theirs);
  }

  /** Whether a description, or a request for one, may be taken. */
  mayDescribe(): boolean {
    return this.#isGranted(this.#descriptions);
  }

  /** Whether we may make a new connection because we think that we should. */
  mayBeginOurselves(): boolean {
    return this.#ours.take();
  }

  /** The same person comes as another participant. */
  reopen(): void {
    this.#flooded = false;
  }

  #isGranted(bucket: TokenBucket): boolean {
    if (this.#flooded) return false;
    if (bucket.take()) return true;
    if (this.#refused.take()) {
      this.onRefusal?.();
    } else {
      this.#flooded = true;
      this.onFlood?.();
    }
    return false;
  }
}

function freshBucket(): TokenBucket {
  return new TokenBucket(FRESH_CONNECTIONS_MAX, FRESH_CONNECTIONS_PER_MINUTE / MINUTE_S);
}
