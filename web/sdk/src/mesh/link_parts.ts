// What links are made of. Loaded with the first call: whoever only looks who is there does without it.
export { PeerLink } from '../link/peer_link.ts';
export { Standings } from '../link/standings.ts';
