import type { ErrorCode, ErrorMessage } from './protocol.ts';

/** Errors that never leave this side; the others are the protocol's (PROTOCOL.md section 8). */
export type LocalErrorCode =
  /** The client is closed, or closes while a request is under way. */
  | 'closed'
  /** No welcome within `limits.CONNECT_TIMEOUT_MS`: no server, no network, or it refuses this page. */
  | 'unreachable'
  /** The server lost the session a request belonged to (it restarted, or we were away too long). */
  | 'session_lost'
  /** The server was out of reach for longer than it keeps a call, or than we go back into a room by ourselves. */
  | 'away_too_long'
  /** More waits to be sent than `limits.ts` allows. */
  | 'queue_full'
  /** The call is not in a state in which this can be done. */
  | 'invalid_state'
  /** A peer link could not be negotiated. */
  | 'negotiation_failed'
  /** The browser makes no more peer connections, or none at all; tried again later. */
  | 'no_peer_connection'
  /** Whoever it is about sent too much over a link, or we did: it is closed, and not made again in this call. */
  | 'flooded'
  /** Only relayed paths are allowed (`iceTransportPolicy`), and the server offers no relay. */
  | 'no_relay'
  /** A peer link did not come up, or not come back, in time. */
  | 'connection_failed'
  /** At everybody who was invited, as many calls ring as may. */
  | 'busy'
  /** Knocked at a room, and was not let in. */
  | 'room_refused'
  /** A host removed us from this room: we neither enter nor knock. */
  | 'room_removed'
  /** A host has locked this room: nobody new comes in. */
  | 'room_locked'
  /** We knock on another of our devices, or at another room, by now. */
  | 'room_elsewhere'
  /** The others in the room prove a passphrase to each other, and we have none. */
  | 'passphrase_needed'
  /** The others in the room have another passphrase than we, or none, or did not prove theirs. */
  | 'passphrase_wrong'
  /** The browser computes proofs of passphrases only on pages that came over HTTPS, or from this very machine. */
  | 'insecure_context'
  /** No data channel is open. */
  | 'no_channel'
  /** The data channel has too much waiting to be sent. */
  | 'buffer_full'
  /** A file did not arrive as it was sent; what arrived of it is discarded. */
  | 'digest_mismatch'
  /** A file cannot be read any more: it was changed, moved or deleted. */
  | 'read_failed'
  /** What arrives of a file cannot be stored. */
  | 'write_failed'
  /** Whoever sends or receives a file has left the call, or we had, and are back as somebody new. */
  | 'peer_left'
  /** What arrived is not what was agreed upon. */
  | 'protocol_violated'
  /** The code of a check is not one that this server's operator gave out. */
  | 'check_code_invalid'
  /** The code of a check was good, and is too old. */
  | 'check_code_expired'
  | 'check_code_used_up'
  /** The server, or what answers in its place, knows no checks. */
  | 'check_unavailable';

/** Every error of this package. `code` is stable, `message` is for people. */
export class VisavisError extends Error {
  readonly code: ErrorCode | LocalErrorCode;
  /** After so long the same can succeed; null where that is not known. Only with `rate_limited`. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode | LocalErrorCode,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.name = 'VisavisError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** What the server refused. */
  static ofServer({ code, message, retry_after_ms }: ErrorMessage): VisavisError {
    return new VisavisError(
      code,
      message,
      retry_after_ms === undefined ? {} : { retryAfterMs: retry_after_ms },
    );
  }

  /** `cause` itself if it is a VisavisError, else one with `code` that carries it. */
  static from(cause: unknown, code: LocalErrorCode): VisavisError {
    if (cause instanceof VisavisError) return cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    return new VisavisError(code, message, { cause });
  }
}
