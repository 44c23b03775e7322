import type { AppViewModel } from '../flow/app_view_model.ts';
import type { Public } from '../base/public.ts';
import { strings } from '../strings/strings.ts';
import type { TitleBlinker } from './title_blinker.ts';
import type { Tones } from './tones.ts';

const VIBRATION_MS = [400, 200, 400, 1600];
const VIBRATION_INTERVAL_MS = VIBRATION_MS.reduce((sum, part) => sum + part, 0);

type Sounding = 'nothing' | 'ring' | 'call_waiting' | 'ringback';

/** Makes ringing heard, felt and seen in the tab's title while, and only while, the app says that it rings. */
export class RingEffects {
  readonly #app: AppViewModel;
  readonly #tones: Public<Tones>;
  readonly #title: Public<TitleBlinker>;
  readonly #vibrate: (pattern: number[]) => void;
  #sounding: Sounding = 'nothing';
  #vibration: ReturnType<typeof setInterval> | undefined;

  constructor(
    app: AppViewModel,
    tones: Public<Tones>,
    title: Public<TitleBlinker>,
    vibrate: (pattern: number[]) => void,
  ) {
    this.#app = app;
    this.#tones = tones;
    this.#title = title;
    this.#vibrate = vibrate;
    app.subscribe(() => {
      this.#update();
    });
  }

  #update(): void {
    const { ringing, current, screen } = this.#app;
    const [first] = ringing.all.filter((call) => !ringing.isAdded(call));
    if (first?.from) this.#title.start(strings.ring.title(first.from.name));
    else this.#title.stop();

    let wanted: Sounding = 'nothing';
    if (first && !ringing.answering) wanted = current === null ? 'ring' : 'call_waiting';
    else if (screen.name === 'outgoing' && screen.call.state === 'ringing') wanted = 'ringback';
    if (wanted === this.#sounding) return;
    this.#sounding = wanted;
    this.#tones.stop();
    this.#stopVibration();
    if (wanted === 'ring') {
      this.#tones.ring();
      this.#startVibration();
    } else if (wanted === 'call_waiting') {
      this.#tones.callWaiting();
    } else if (wanted === 'ringback') {
      this.#tones.ringback();
    }
  }

  #startVibration(): void {
    this.#vibrate(VIBRATION_MS);
    this.#vibration = setInterval(() => {
      this.#vibrate(VIBRATION_MS);
    }, VIBRATION_INTERVAL_MS);
  }

  #stopVibration(): void {
    if (this.#vibration === undefined) return;
    clearInterval(this.#vibration);
    this.#vibration = undefined;
    this.#vibrate([]);
  }
}
