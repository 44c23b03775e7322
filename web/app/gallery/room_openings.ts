import type { AppView } from '../src/app/app_view.ts';
import { Stage } from '../src/call/stage/stage.ts';
import { cameraKey } from '../src/call/stage/stage_plan.ts';
import { find, type Opening, wait } from './openings.ts';

async function openPeople(view: AppView): Promise<void> {
  await wait();
  const call = find(view.renderRoot, 'visavis-call-view');
  call?.dispatchEvent(new CustomEvent('visavis-panel', { detail: 'people' }));
  await wait();
}

async function newRoom(view: AppView): Promise<void> {
  await wait();
  const card = find(view.renderRoot, 'visavis-lobby-view', 'visavis-room-card')?.shadowRoot;
  card?.querySelector<HTMLElement>('.primary')?.click();
  await wait();
  const dialog = card?.querySelector('visavis-new-room-dialog')?.shadowRoot;
  dialog?.querySelectorAll<HTMLElement>('[role=switch]')[1]?.click();
}

async function pin(view: AppView): Promise<void> {
  await wait();
  const stage = find(view.renderRoot, 'visavis-call-view', 'visavis-stage');
  if (stage instanceof Stage) stage.model.togglePin(cameraKey('participant-cleo-martin'));
}

async function showCode(view: AppView): Promise<void> {
  await wait();
  const link = find(view.renderRoot, 'visavis-call-view', 'visavis-room-link')?.shadowRoot;
  [...(link?.querySelectorAll<HTMLElement>('button') ?? [])].at(-1)?.click();
  await wait();
}

export const ROOM_OPENINGS: Record<string, Opening> = {
  'new-room': { screen: 'lobby-empty', open: newRoom },
  'room-people': { screen: 'room-four-troubled', open: openPeople },
  'call-people': { screen: 'call-and-people', open: openPeople },
  'room-pinned': { screen: 'room-five', open: pin },
  'room-alone-code': { screen: 'room-alone-passphrase', open: showCode },
};
