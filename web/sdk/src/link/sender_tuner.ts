import type { SenderPlan } from './link_plan.ts';
import { createLogger } from '../base/logger.ts';
import { isSame } from '../base/same.ts';

const log = createLogger('sender');

/** Brings one sender to what was wanted last: one setParameters at a time, and none that changes nothing. */
export class SenderTuner {
  readonly #sender: RTCRtpSender;
  #wanted: SenderPlan | null = null;
  #applied: SenderPlan | null = null;
  #busy = false;

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  want(plan: SenderPlan): void {
    this.#wanted = plan;
    if (!this.#busy) void this.#apply();
  }

  async #apply(): Promise<void> {
    this.#busy = true;
    let wanted = this.#wanted;
    while (wanted && !isSame(wanted, this.#applied)) {
      if (!(await this.#set(wanted))) break;
      this.#applied = wanted;
      wanted = this.#wanted;
    }
    this.#busy = false;
  }

  async #set(plan: SenderPlan): Promise<boolean> {
    // Before the first negotiation some browsers know no encodings, and none can be added.
    const parameters = this.#sender.getParameters();
    const [encoding] = parameters.encodings as (RTCRtpEncodingParameters | undefined)[];
    if (!encoding) return false;
    const { degradationPreference, ...fields } = plan;
    Object.assign(encoding, fields);
    if (degradationPreference) parameters.degradationPreference = degradationPreference;
    try {
      await this.#sender.setParameters(parameters);
      return true;
    } catch (error) {
      log.warn('the parameters were not taken', error);
      return false;
    }
  }
}
