// Replays the invalid vectors against the real server, and the valid ones of the client as far as they stand alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { invalidVectors, validVectors, wireText } from '../support/vectors.ts';

/** Not a matter of form: what a vector's ids, tokens and counts stand for does not exist here. */
const notForm = [
  'unknown_user',
  'unknown_call',
  'call_full',
  'membership_invalid',
  'identity_invalid',
  'resume_expired',
  'unknown_knock',
];

describe('vectors', { concurrency: 8 }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    await server.stop();
  });

  for (const vector of invalidVectors) {
    test(`invalid/${vector.name}`, async () => {
      const client = await Client.connect(server);
      if (vector.state === 'welcomed') await client.hello({ name: 'Ana' });
      client.sendText(wireText(vector));
      const error = await client.next('error');
      assert.equal(error.code, vector.error.code, error.message);
      assert.equal(error.id, vector.error.id);
      // The socket stays, and so does the session.
      if (vector.state === 'welcomed') await client.silent();
      else await client.hello({ name: 'Ana' });
      client.close();
      await client.closed();
    });
  }

  for (const vector of validVectors.filter(({ from }) => from === 'client')) {
    test(`valid/${vector.name}`, async () => {
      const client = await Client.connect(server);
      const message = vector.value as { type: string; received?: number };
      const { type, received } = message;
      if (type !== 'hello') await client.hello({ name: 'Ana' });
      client.sendText(wireText(vector));
      if (type.startsWith('room.') && 'room_token' in message) {
        // Its form is right, but this server has not issued it.
        await client.nextError('room_token_invalid');
      } else if ('identity' in message || 'resume' in message) {
        assert(notForm.includes((await client.next('error')).code));
      } else if (type === 'hello') {
        await client.next('welcome');
      } else if (type === 'people.search') {
        await client.next('people.found');
      } else if (type === 'room.look') {
        await client.next('room.state');
      } else if (type === 'room.join') {
        // Others are at this room as well, and may have to be asked.
        await client.nextOf('call.accepted', 'room.waiting');
      } else if (type === 'people.block') {
        const { user, blocked } = vector.value as { user: string; blocked: boolean };
        assert.deepEqual((await client.next('people.blocks')).blocked, blocked ? [user] : []);
      } else if (type === 'relay.test') {
        await client.next('relay.test');
      } else if (type === 'name.set') {
        await client.next('name.changed');
      } else if (type === 'ack' || type === 'ping') {
        // More than the server ever sent: the form is right, the number is not.
        if (received !== 0) await client.nextError('invalid_field');
        if (type === 'ping') await client.next('pong');
      } else {
        assert(notForm.includes((await client.next('error')).code));
      }
      client.close();
      await client.closed();
    });
  }
});
