// What the uplink is divided by. All bitrates in bit/s.

/** Of everything we send, over all links: what a common home connection (10 Mbit/s up) gives away without noticing. */
export const UPLINK_TOTAL = 6_000_000;
/** With the data saver on: a poor mobile connection, or some 270 MB an hour. */
export const UPLINK_TOTAL_SAVING = 600_000;

/** Opus for one voice: transparent, and intelligible. */
export const AUDIO_FULL = 48_000;
export const AUDIO_LEAN = 24_000;
/** 50 packets a second with IP, UDP, SRTP and relay headers. */
export const AUDIO_OVERHEAD = 24_000;
/** A link with less than this speaks leanly. */
export const AUDIO_LEAN_BELOW = 200_000;
/** The sound of what is shown: music and films. */
export const SCREEN_AUDIO_FULL = 96_000;
export const SCREEN_AUDIO_LEAN = 40_000;

/** What the camera's picture takes at 30 frames a second before more makes no difference to be seen. */
export const CAMERA_PEAK: Readonly<Record<number, number>> = {
  360: 800_000,
  720: 2_000_000,
  1080: 3_500_000,
};
/** The same for a picture that is shown as one of many. */
export const CAMERA_PEAK_SMALL = 350_000;
/** What cameras get before a screen gets more than it needs to be legible. */
export const CAMERA_MODEST = 150_000;
/** Less is no picture of a person any more: it is held back, and audio has the rest. */
export const CAMERA_FLOOR = 80_000;
/** What a picture that was held back must get before it is sent again. */
export const CAMERA_RESUME = 140_000;

export const SCREEN_MODEST: Readonly<Record<'text' | 'motion', number>> = {
  text: 500_000,
  motion: 1_000_000,
};
export const SCREEN_PEAK: Readonly<Record<'text' | 'motion', number>> = {
  text: 2_500_000,
  motion: 3_000_000,
};
/** Part of the above for a screen that is shown small. */
export const SCREEN_SMALL_PART = 0.3;
/** What a sender is told where there is less, or nothing to be sent: 0 would be no bitrate. */
export const CAMERA_LEAST = 40_000;
export const SCREEN_LEAST = 50_000;

/** How much more a picture gets that is looked at, compared to one among others. */
export const WEIGHT_LARGE = 3;

/** How long too little must last before a picture is held back. */
export const PAUSE_AFTER_MS = 2_000;
/** How long it is held back at least; doubles when it had to be held back again soon after. */
export const PAUSE_MIN_MS = 5_000;
export const PAUSE_MIN_CAP_MS = 60_000;
export const PAUSE_AGAIN_WITHIN_MS = 20_000;

/** A better resolution costs a key frame: it must be affordable with so much to spare, for so long. */
export const RUNG_UP_FACTOR = 1.15;
export const RUNG_UP_AFTER_MS = 3_000;
/** Changes of a bitrate by less are worth a setParameters only once they have lasted. */
export const BITRATE_STEP = 0.08;
export const BITRATE_SETTLE_MS = 5_000;

/** After a link came up the browser's estimate is still climbing from its start value of 300 kbit/s. */
export const SETTLE_MS = 4_000;
/** Every half second without congestion: doubles in 12 s. */
export const LIMIT_GROWTH = 1.03;
/** The same where the browser's estimate says that there is room: doubles in 6 s. */
export const LIMIT_GROWTH_KNOWN = 1.06;
/** An estimate binds only while about so much of it is used: of an idle link nobody knows what it could carry. */
export const ESTIMATE_USED = 0.65;
/** How much of the way to a new estimate is gone at once. */
export const ESTIMATE_FALL = 0.5;
export const ESTIMATE_RISE = 0.2;
/** Without an estimate (Firefox): more loss, or more delay than this beyond the least seen, is congestion. */
export const LOSS_CONGESTED = 0.1;
export const LOSS_FINE = 0.02;
export const DELAY_CONGESTED_S = 0.25;
/** Between cuts: the effect of one is seen a second later. */
export const CUT_INTERVAL_MS = 1_000;
export const DELAY_CUT = 0.85;
/** No link is taken for slower; less carries not even audio. */
export const LINK_LIMIT_MIN = 40_000;
/** How far a link may go beyond its own estimate where all of them share what is short. */
export const SHARED_STRETCH = 1.5;

/** Video at less than this part of what an unlimited uplink would get is `reduced`, until it is at more than the other. */
export const REDUCED_BELOW = 0.6;
export const GOOD_ABOVE = 0.8;
