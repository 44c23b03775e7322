// Apart, so that it is fetched only by whoever stands before a door.
export { lookAtRoom } from '@visavis/client';
