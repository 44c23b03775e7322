import type { DeviceNotice, LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { notices } from '../strings/notices.ts';
import type { Toast } from '../toasts/toast_queue.ts';
import { choose, devicesOf } from './device_choices.ts';

/** Tells the person of every device that comes or goes, and offers those that came. */
export function tellOfDevices(media: Public<LocalMedia>, show: (toast: Toast) => void): () => void {
  return media.on('notice', (notice) => {
    show(toastOf(media, notice));
  });
}

function toastOf(media: Public<LocalMedia>, { kind, device, label }: DeviceNotice): Toast {
  // What a device does last is what counts: of its kind, only one toast stands.
  const toast = { key: `device-${device}`, text: notices[kind](device, label) };
  if (kind !== 'found') return toast;
  const found = devicesOf(media, device).find((listed) => listed.label === label);
  if (!found) return toast;
  return {
    ...toast,
    action: {
      label: notices.useIt,
      run: () => {
        choose(media, device, found.id);
      },
    },
  };
}
