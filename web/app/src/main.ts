import { LocalMedia, lookAtRoom, VisavisClient } from '@visavis/client';

import './design/tokens.css';
import { BrowserAddress, wasReloaded } from './app/address.ts';
import { AppView } from './app/app_view.ts';
import { AppViewModel } from './app/app_view_model.ts';
import { Memory } from './app/memory.ts';
import { RingEffects } from './ring/ring_effects.ts';
import { TitleBlinker } from './ring/title_blinker.ts';
import { Tones } from './ring/tones.ts';

// Wiring only: the parts know each other through what is handed to them here.
const app = new AppViewModel({
  createClient: (options) => new VisavisClient(options),
  media: new LocalMedia(),
  memory: Memory.ofBrowser(),
  address: new BrowserAddress(),
  reloaded: wasReloaded(),
  look: (room) => lookAtRoom(room),
  isVisible: () => document.visibilityState === 'visible',
});

const tones = new Tones();
const unlock = (): void => {
  tones.unlock();
};
addEventListener('pointerdown', unlock, { once: true });
addEventListener('keydown', unlock, { once: true });
new RingEffects(app, tones, new TitleBlinker(document), (pattern) => {
  // Not everywhere, and Chromium refuses (with a warning) before the first gesture.
  if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate(pattern);
});

const view = new AppView();
view.app = app;
document.body.append(view);
app.start();
