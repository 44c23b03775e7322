import { css, html } from 'lit';

import { PageElement } from '../base/page_element.ts';
import { strings } from '../strings/strings.ts';
import { FFT_SIZE, loudness } from './loudness.ts';

const BARS = 5;
const RELEASE = 0.82; // of the level is left one frame later, so that bars fall softly

/** How loud the microphone of `stream` is, as five bars. Shows silence while the browser forbids audio. */
export class LevelMeter extends PageElement {
  static override properties = { stream: { attribute: false } };
  declare stream: MediaStream | null;

  #context: AudioContext | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #analyser: AnalyserNode | null = null;
  #track: MediaStreamTrack | null = null;
  #frame = 0;
  #level = 0;

  static override styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 3px;
      block-size: 20px;
    }
    span {
      inline-size: 4px;
      block-size: 100%;
      border-radius: 2px;
      background: currentColor;
      opacity: 0.3;
      transform: scaleY(var(--bar, 0.22));
    }
    :host([live]) span {
      opacity: 1;
    }
  `;

  constructor() {
    super();
    this.stream = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'meter');
    this.setAttribute('aria-label', strings.media.level);
    this.setAttribute('aria-valuemin', '0');
    this.setAttribute('aria-valuemax', '100');
    this.setAttribute('aria-valuenow', '0');
    addEventListener('pointerdown', this.#resume);
    addEventListener('keydown', this.#resume);
    this.#frame = requestAnimationFrame(this.#draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.#resume);
    removeEventListener('keydown', this.#resume);
    cancelAnimationFrame(this.#frame);
    this.#detach();
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }

  override render(): unknown {
    return Array.from({ length: BARS }, () => html`<span></span>`);
  }

  readonly #resume = (): void => {
    if (this.#context?.state === 'suspended') void this.#context.resume().catch(() => undefined);
  };

  readonly #draw = (): void => {
    this.#frame = requestAnimationFrame(this.#draw);
    this.#attach();
    const measured = this.#analyser && this.#track?.enabled ? loudness(this.#analyser) : 0;
    this.#level = Math.max(measured, this.#level * RELEASE);
    this.toggleAttribute('live', this.#level > 0.02);
    const bars = this.renderRoot.querySelectorAll('span');
    bars.forEach((bar, index) => {
      const share = Math.min(1, Math.max(0, this.#level * BARS - index));
      bar.style.setProperty('--bar', (0.22 + 0.78 * share).toFixed(3));
    });
    const now = Math.round(this.#level * 10) * 10;
    if (this.getAttribute('aria-valuenow') !== String(now))
      this.setAttribute('aria-valuenow', String(now));
  };

  /** The track of a stream may be replaced without an event, so it is compared at every frame. */
  #attach(): void {
    const track = this.stream?.getAudioTracks()[0] ?? null;
    if (track === this.#track) return;
    this.#detach();
    this.#track = track;
    if (!track) return;
    try {
      this.#context ??= new AudioContext();
      this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
      this.#analyser = this.#context.createAnalyser();
      this.#analyser.fftSize = FFT_SIZE;
      this.#source.connect(this.#analyser);
    } catch {
      this.#detach(); // no audio output at all: the meter stays still
      this.#track = track;
    }
  }

  #detach(): void {
    this.#source?.disconnect();
    this.#source = null;
    this.#analyser = null;
    this.#track = null;
  }
}

customElements.define('visavis-level-meter', LevelMeter);
