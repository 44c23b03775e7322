import { beforeEach, expect, it } from 'vitest';

import { hostWords } from '../strings/hosts.ts';
import { FakeCall } from '../testing/fake_call.ts';
import { HostNews } from './host_news.ts';

let call: FakeCall;
let told: string[];

beforeEach(() => {
  call = new FakeCall('room', 'connected');
  told = [];
  new HostNews(call, (text) => told.push(text));
});

it('tells who stands in, once', () => {
  call.rule({ hosts: ['ben'] });
  call.rule({ hosts: ['ben', 'self'] });
  call.rule({ hosts: ['ben', 'self'], locked: true });
  expect(told).toEqual([hostWords.youAreHost]);
});

it('tells when that is over, because a host is back', () => {
  call.rule({ hosts: ['ben', 'self'] });
  call.rule({ hosts: ['ben'] });
  expect(told).toEqual([hostWords.youAreHost, hostWords.youAreNoHost]);
});

it('tells who comes into a room of others and stands in at once', () => {
  call.rule({ hosts: ['ben', 'self'] });
  told = [];
  new HostNews(call, (text) => told.push(text));
  expect(told).toEqual([hostWords.youAreHost]);
});

it('has nothing to tell who made the room', () => {
  call.rule({ hosts: ['self'] });
  expect(told).toEqual([]);
});
