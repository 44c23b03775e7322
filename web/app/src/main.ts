import { LocalMedia, VisavisClient } from '@visavis/client';

import './design/tokens.css';
import { BrowserAddress, wasReloaded } from './navigation/address.ts';
import { AppView } from './app/app_view.ts';
import { AppViewModel } from './flow/app_view_model.ts';
import { Memory } from './navigation/memory.ts';
import { tellOfDevices } from './devices/device_notices.ts';
import { rememberMedia } from './devices/remember_media.ts';
import { RingEffects } from './ring/ring_effects.ts';
import { TitleBlinker } from './ring/title_blinker.ts';
import { Tones } from './ring/tones.ts';
import { followDataSaver } from './preferences/data_saver.ts';
import { Preferences } from './preferences/preferences.ts';
import { showToast } from './toasts/show_toast.ts';

// Wiring only: the parts know each other through what is handed to them here.
const memory = Memory.ofBrowser();
const media = new LocalMedia();
rememberMedia(media, memory);
tellOfDevices(media, showToast);
const preferences = new Preferences(memory);
const app = new AppViewModel({
  createClient: (options) => {
    const client = new VisavisClient(options);
    followDataSaver(client, preferences);
    return client;
  },
  media,
  memory,
  preferences,
  address: new BrowserAddress(),
  reloaded: wasReloaded(),
  look: async (room) => {
    const { lookAtRoom } = await import('./room/look.ts');
    return lookAtRoom(room);
  },
  isVisible: () => document.visibilityState === 'visible',
});

const tones = new Tones(media);
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
