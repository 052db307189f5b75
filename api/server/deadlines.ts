/** When requests have to be answered at the latest (./stages/answer.ts). Most may take equally long: one timer serves all of a length, and is set when the first comes. */
import type { Clock, Timer } from '../../component-base/clock.ts';

/** Whatever waits for its deadline: a link of the list of its length. */
export abstract class Deadline {
  line: Line | undefined = undefined;
  next: Deadline | undefined = undefined;
  previous: Deadline | undefined = undefined;
  /** In ms of the monotonic clock. */
  due = 0;

  /** The time is over. Called once, unless it was removed before. */
  abstract expire(): void;
}

/** Those of one length: whoever came first is due first. */
class Line {
  readonly ms: number;
  first: Deadline | undefined = undefined;
  last: Deadline | undefined = undefined;
  timer: Timer | undefined = undefined;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #lines = new Map<number, Line>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(deadline: Deadline, ms: number): void {
    let line = this.#lines.get(ms);
    if (!line) this.#lines.set(ms, (line = new Line(ms)));
    deadline.due = this.#clock.monotonic() + ms;
    deadline.line = line;
    deadline.previous = line.last;
    if (line.last) line.last.next = deadline;
    else line.first = deadline;
    line.last = deadline;
    if (!line.timer) this.#arm(line, ms);
  }

  /** Idempotent. */
  remove(deadline: Deadline): void {
    const { line, next, previous } = deadline;
    if (!line) return;
    if (previous) previous.next = next;
    else line.first = next;
    if (next) next.previous = previous;
    else line.last = previous;
    deadline.line = undefined;
    deadline.next = undefined;
    deadline.previous = undefined;
  }

  #arm(line: Line, ms: number): void {
    line.timer = this.#clock.after(ms, () => this.#fire(line));
  }

  #fire(line: Line): void {
    line.timer = undefined;
    const now = this.#clock.monotonic();
    while (line.first && line.first.due <= now) {
      const { first } = line;
      this.remove(first);
      first.expire();
    }
    if (line.timer) return;
    if (line.first) this.#arm(line, line.first.due - now);
    else this.#lines.delete(line.ms);
  }
}
