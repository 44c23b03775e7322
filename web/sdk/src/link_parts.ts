// What links are made of. Loaded with the first call: whoever only looks who is there does without it.
export { PeerLink } from './peer_link.ts';
export { Standings } from './standings.ts';
