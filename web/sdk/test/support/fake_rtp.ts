// RTCRtpSender and RTCRtpReceiver as far as the SDK uses them.

/** Takes parameters as W3C webrtc-pc section 5.2 does: only what getParameters gave last, and one at a time. */
export class FakeSender {
  track: MediaStreamTrack | null;
  encoding: RTCRtpEncodingParameters = { active: true };
  degradationPreference: RTCDegradationPreference | undefined;
  /** For tests: how often parameters were set. */
  sets = 0;
  /** For tests: the next setParameters fails. */
  failing = false;
  #transaction: string | null = null;
  #transactions = 0;

  constructor(track: MediaStreamTrack | null) {
    this.track = track;
  }

  replaceTrack(next: MediaStreamTrack | null): Promise<void> {
    this.track = next;
    return Promise.resolve();
  }

  getParameters(): RTCRtpSendParameters {
    this.#transaction ??= String(++this.#transactions);
    return {
      transactionId: this.#transaction,
      encodings: [{ ...this.encoding }],
      codecs: [],
      headerExtensions: [],
      rtcp: {},
    };
  }

  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    if (parameters.transactionId !== this.#transaction) {
      throw new DOMException('not what getParameters gave last', 'InvalidStateError');
    }
    this.#transaction = null;
    this.sets += 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.failing) {
      this.failing = false;
      throw new DOMException('not now', 'OperationError');
    }
    const [encoding] = parameters.encodings;
    if (encoding) this.encoding = { ...encoding };
    this.degradationPreference = parameters.degradationPreference;
  }
}

export class FakeReceiver {
  readonly track: MediaStreamTrack;
  /** For tests: how loud what it plays is; null while it plays nothing. */
  audioLevel: number | null = null;

  constructor(track: MediaStreamTrack) {
    this.track = track;
  }

  getSynchronizationSources(): RTCRtpSynchronizationSource[] {
    if (this.audioLevel === null) return [];
    const now = performance.now();
    return [{ audioLevel: this.audioLevel, rtpTimestamp: now * 48, source: 1, timestamp: now }];
  }
}
