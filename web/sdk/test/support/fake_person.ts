import { RemoteParticipant } from '../../src/link/participant.ts';
import { FakeMediaStream } from './fake_media.ts';

/** Somebody who has joined, as others see them. */
export function somebody(name: string): RemoteParticipant {
  const participant = new RemoteParticipant(name.toLowerCase(), `user-${name}`, name, {
    stream: new FakeMediaStream().asStream,
    screen: new FakeMediaStream().asStream,
  });
  participant.update({ state: 'joined' });
  return participant;
}
