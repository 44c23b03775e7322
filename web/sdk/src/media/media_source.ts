/** What LocalMedia takes from the browser; a seam for tests. */
export interface MediaSource {
  /** Undefined outside secure contexts. */
  readonly mediaDevices: MediaDevicesPart | undefined;
  readonly isSecureContext: boolean;
  /** Whether a page may say which speaker plays an element (`setSinkId`). */
  readonly canSelectSpeaker: boolean;
  createStream(): MediaStream;
}

/** What browsers offer as `navigator.mediaDevices`; phones' have no `getDisplayMedia`. */
export interface MediaDevicesPart extends Pick<
  MediaDevices,
  'getUserMedia' | 'enumerateDevices' | 'addEventListener'
> {
  getDisplayMedia?: MediaDevices['getDisplayMedia'];
}

export const browserMediaSource: MediaSource = {
  get mediaDevices() {
    return navigator.mediaDevices as MediaDevicesPart | undefined;
  },
  get isSecureContext() {
    return isSecureContext;
  },
  get canSelectSpeaker() {
    return 'setSinkId' in HTMLMediaElement.prototype;
  },
  createStream: () => new MediaStream(),
};
