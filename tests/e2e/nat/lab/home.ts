// A home: one computer on a LAN, behind a box of one kind.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Person } from '../../fixtures/person.ts';
import type { BrowserKind } from '../../driver/tab.ts';
import { RemoteTab } from '../browser/remote_tab.ts';
import { run } from './command.ts';
import type { Lab } from './lab.ts';
import { connect, Namespace } from './namespace.ts';
import { behaviours, rulesOf, type Behaviour, type NatKind } from './nat_kind.ts';
import { observe } from './observer.ts';
import { joinWan, origin } from './wan.ts';

export class Home {
  readonly kind: NatKind;
  readonly computer: Namespace;
  // Of the computer.
  readonly address: string;
  readonly #lab: Lab;
  readonly #box: Namespace;
  readonly #outside: string;
  readonly #tabs: RemoteTab[] = [];

  static async build(lab: Lab, kind: NatKind, number: number): Promise<Home> {
    const [box, computer] = await Promise.all([
      Namespace.create(`box-${String(number)}`),
      Namespace.create(`home-${String(number)}`),
    ]);
    const outside = `198.51.100.${String(number + 10)}`;
    // A network of four addresses: public ones where nothing translates.
    const { translates } = behaviours[kind];
    const network = translates ? `10.1.${String(number)}.` : `203.0.113.`;
    const first = translates ? 0 : (number * 4) % 256;
    const gateway = `${network}${String(first + 1)}`;
    const address = `${network}${String(first + 2)}`;
    await joinWan(box, 'wan', outside);
    await connect([box, 'lan'], [computer, 'eth0']);
    await box.shell(`
      ip address add ${gateway}/30 dev lan
      ip link set lan up
      echo 1 > /proc/sys/net/ipv4/ip_forward
    `);
    await box.firewall(rulesOf(kind, address));
    await computer.shell(`
      ip address add ${address}/30 dev eth0
      ip link set eth0 up
      ip route add default via ${gateway}
    `);
    if (!translates)
      await run(['ip', 'route', 'replace', `${network}${String(first)}/30`, 'via', outside]);
    return new Home(lab, { kind, box, computer, address, outside });
  }

  private constructor(
    lab: Lab,
    parts: {
      readonly kind: NatKind;
      readonly box: Namespace;
      readonly computer: Namespace;
      readonly address: string;
      readonly outside: string;
    },
  ) {
    this.#lab = lab;
    this.kind = parts.kind;
    this.#box = parts.box;
    this.computer = parts.computer;
    this.address = parts.address;
    this.#outside = parts.outside;
  }

  // What the box is promised to do, and what it was seen to do.
  get promised(): Behaviour {
    return behaviours[this.kind];
  }
  observed(): Promise<Behaviour> {
    return observe(this, this.#lab);
  }

  // Somebody in here who opens the page, or the address that they were given, in a new browser.
  async visitor(name: string, browser: BrowserKind, address = origin): Promise<Person> {
    const person = new Person(name, await this.openBrowser(browser));
    await person.tab.goto(address);
    return person;
  }

  async openBrowser(browser: BrowserKind, { trusting = true } = {}): Promise<RemoteTab> {
    const directory = join(
      this.#lab.directory,
      `${this.computer.name}-${String(this.#tabs.length)}`,
    );
    const profile = join(directory, 'profile');
    await mkdir(profile, { recursive: true });
    if (trusting) await this.#lab.trust.install(browser, directory, profile);
    const tab = await RemoteTab.open(browser, {
      enter: this.computer.enter,
      home: directory,
      profile,
    });
    this.#tabs.push(tab);
    return tab;
  }

  // What the computer sends leaves at this rate, and no faster.
  async limitUplink(kilobitsPerSecond: number): Promise<void> {
    const shape = `rate ${String(kilobitsPerSecond)}kbit burst 8kb latency 300ms`;
    await this.computer.shell(`tc qdisc replace dev eth0 root tbf ${shape}`);
  }
  async freeUplink(): Promise<void> {
    await this.computer.shell('tc qdisc delete dev eth0 root');
  }

  // Nothing gets through between the two any more; everybody else is reached as before.
  async cutFrom(other: Home): Promise<void> {
    await this.#drop(`ip saddr ${other.#address} drop; ip daddr ${other.#address} drop;`);
  }
  // The cable is out.
  async cutOff(): Promise<void> {
    await this.#drop('drop;');
  }
  // A firewall in the box takes these and says nothing.
  async dropTcp(port: number): Promise<void> {
    await this.#drop(`tcp dport ${String(port)} drop;`);
  }
  async mend(): Promise<void> {
    await this.#box.shell('nft delete table ip cut');
  }

  // Before the rules of the box, which keep connections going that stand.
  async #drop(rules: string): Promise<void> {
    await this.#box.firewall(`
table ip cut {
  chain passing { type filter hook forward priority -200; ${rules} }
}`);
  }

  // As others see it.
  get #address(): string {
    return behaviours[this.kind].translates ? this.#outside : this.address;
  }

  async remove(): Promise<void> {
    for (const tab of this.#tabs) tab.end();
    await Promise.all([this.computer.remove(), this.#box.remove()]);
  }
}
