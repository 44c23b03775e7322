// What a check may take: time, packets, and bytes of a relay that others need, too.

/** A way to the relay that is not up after this is one that does not work. */
export const WAY_TIMEOUT_MS = 10_000;
/** Of one list of ICE servers; each takes two connections. */
export const WAYS_MAX = 8;

/** Questions to the signaling server, one after the other. It takes 10 before a hello. */
export const SIGNALING_ROUND_TRIPS = 3;
/** How long the WebSocket is watched: below the 10 s after which the server itself closes it without a hello. */
export const SIGNALING_WATCH_MS = 7_000;

/** Browsers give a STUN server that does not answer up to 10 s; one that does takes a fraction of a second. */
export const UDP_GATHER_MS = 6_000;
export const MAPPINGS_MAX = 32;

/** As a voice is sent: 50 packets a second of some 160 bytes. */
export const VOICE_INTERVAL_MS = 20;
export const VOICE_BYTES = 160;
export const VOICE_PACKETS = 100;
/** For the round trip of a way alone. */
export const PING_PACKETS = 5;

export const LOAD_MS = 5_000;
/** The congestion control of a data channel starts slowly: what arrives before is not counted. */
export const LOAD_SETTLE_MS = 1_000;
/** More than any call of this app sends or receives in all (6 Mbit/s), so that more need not be measured. */
export const LOAD_BITS_PER_S_MAX = 10_000_000;
export const LOAD_INTERVAL_MS = 10;
/** Fits into one packet with all its headers. */
export const LOAD_MESSAGE_BYTES = 1_100;
export const LOAD_BUFFERED_MAX = 65_536;

/** Of files that everybody may load: as long as it takes to see a difference of half, and no more bytes than a few pages. */
export const DOWNLOAD_MS = 2_000;
export const DOWNLOAD_SETTLE_MS = 500;
export const DOWNLOAD_BYTES_MAX = 2_500_000;
/** Browsers open six connections to a server of HTTP/1.1; the page needs one now and then. */
export const DOWNLOADS_AT_ONCE = 4;
/** Of less, most of the time goes into asking. */
export const DOWNLOAD_FILE_BYTES_MIN = 10_000;

/** What was sent last is waited for so long. */
export const ARRIVAL_GRACE_MS = 500;
