export type MediaKind = 'microphone' | 'camera' | 'screen';

export type MediaProblemReason =
  | 'denied'
  /** The person closed the browser's own question. */
  | 'cancelled'
  | 'no_device'
  | 'in_use'
  | 'insecure_context'
  | 'overconstrained'
  | 'unsupported'
  | 'unknown';

/** Why a device could not be had. `message` is a sentence for people. */
export interface MediaProblem {
  kind: MediaKind;
  reason: MediaProblemReason;
  message: string;
}

// The names that getUserMedia rejects with (W3C mediacapture-main, section 10.2) and, after them, those that
// older browsers used for the same.
const REASON_OF_ERROR: Record<string, MediaProblemReason> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'no_device',
  NotReadableError: 'in_use',
  AbortError: 'in_use',
  OverconstrainedError: 'overconstrained',
  PermissionDeniedError: 'denied',
  DevicesNotFoundError: 'no_device',
  TrackStartError: 'in_use',
};

const SENTENCE: Record<MediaProblemReason, (kind: MediaKind) => string> = {
  denied: (kind) => `This page may not use the ${kind}. Allow it in the browser's address bar.`,
  cancelled: (kind) => `No ${kind} was chosen.`,
  no_device: (kind) => `No ${kind} was found.`,
  in_use: (kind) => `The ${kind} can't be opened. Another program may be using it.`,
  insecure_context: (kind) => `Browsers allow the ${kind} only on HTTPS pages and on localhost.`,
  overconstrained: (kind) => `No ${kind} can do what was asked for.`,
  unsupported: (kind) => `This browser offers no ${kind} to pages.`,
  unknown: (kind) => `The ${kind} could not be started.`,
};

/** @param error What getUserMedia rejected with; null when there is no getUserMedia at all. */
export function describeMediaProblem(
  kind: MediaKind,
  error: unknown,
  isSecureContext: boolean,
): MediaProblem {
  return mediaProblem(kind, reasonOf(error, isSecureContext));
}

/** @param error What getDisplayMedia rejected with; null when there is no getDisplayMedia at all. */
export function describeScreenProblem(error: unknown, isSecureContext: boolean): MediaProblem {
  const reason = reasonOf(error, isSecureContext);
  // A person's "no" and the system's have one name. Chromium words the system's, Firefox calls it NotFoundError.
  const bySystem = error instanceof Error && error.message.includes('by system');
  return mediaProblem('screen', reason === 'denied' && !bySystem ? 'cancelled' : reason);
}

export function mediaProblem(kind: MediaKind, reason: MediaProblemReason): MediaProblem {
  return { kind, reason, message: SENTENCE[reason](kind) };
}

function reasonOf(error: unknown, isSecureContext: boolean): MediaProblemReason {
  if (error === null) return isSecureContext ? 'unsupported' : 'insecure_context';
  const name = error instanceof Error ? error.name : '';
  return REASON_OF_ERROR[name] ?? 'unknown';
}
