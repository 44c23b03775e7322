// What ends a call without the server's word, in words.
import { VisavisError } from '../base/errors.ts';

export function noRelay(): VisavisError {
  const words = 'Only relayed connections are allowed, and the server offers no relay.';
  return new VisavisError('no_relay', words);
}

/** The server has ended our part in the call, and nobody wants us back in it unasked. */
export function awayTooLong(): VisavisError {
  return new VisavisError('away_too_long', 'The server was out of reach for too long.');
}

/** The call was detached: with the server that knew it, no path could be negotiated any more. */
export function lostWithServer(): VisavisError {
  const words = 'The server restarted during the call, and the connection was lost with it.';
  return new VisavisError('session_lost', words);
}
