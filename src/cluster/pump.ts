// The only place where host time meets virtual time: it runs a simulator's clock along with the host's, or as a proof drives it.
import type { Clock } from '../simulator/clock.ts';

/** Longest stretch of work at a time, so that sockets and screen are served in between. */
const sliceMs = 8;
const timerMsMax = 60_000;

/** Promises that wait for what the clock does (a judge's looks): they get the host's turn before the clock goes on, however late it is. */
export interface Turns {
  areWanted(): boolean;
  given(): void;
}

/** Runs a clock along with the host's: virtual time = its start + host time since × speed. */
export class Pump {
  private clock: Clock;
  private speed: number;
  private turns: Turns;
  private hostStart = 0;
  private virtualStart = 0;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Number.POSITIVE_INFINITY;
  private immediate: NodeJS.Immediate | undefined;
  private isRunning = false;
  private isStopped = true;

  constructor(clock: Clock, speed: number, turns: Turns) {
    this.clock = clock;
    this.speed = speed;
    this.turns = turns;
  }

  /** From now on the clock goes on by itself. */
  start(): void {
    this.isStopped = false;
    this.anchor();
    this.clock.onWork = () => this.plan();
    this.plan();
  }

  /** The clock stands still; what is planned stays planned. */
  stop(): void {
    this.isStopped = true;
    this.clock.onWork = undefined;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
    this.timerAt = Number.POSITIVE_INFINITY;
  }

  /** How far the clock is behind the time it should show, in milliseconds of host time; more than a moment only after the host slept. */
  behindMs(): number {
    return this.isStopped ? 0 : Math.max(0, (this.target() - this.clock.now) / this.speed);
  }

  /** Brings the clock to the present, for at most a slice of host time. Called before each request. */
  advance(): void {
    if (this.isStopped || this.isRunning) return;
    this.isRunning = true;
    try {
      const deadline = performance.now() + sliceMs;
      const isLate = this.clock.runUntil(this.target(), () => this.turns.areWanted() || performance.now() > deadline);
      if (isLate) this.continueSoon();
    } finally {
      this.isRunning = false;
    }
    this.plan();
  }

  /** Host and virtual time run together from here. */
  private anchor(): void {
    this.hostStart = Date.now();
    this.virtualStart = this.clock.now;
  }

  private target(): number {
    return this.virtualStart + (Date.now() - this.hostStart) * this.speed;
  }

  private continueSoon(): void {
    this.immediate ??= setImmediate(() => {
      this.immediate = undefined;
      this.turns.given();
      this.advance();
    });
  }

  private plan(): void {
    if (this.isRunning || this.isStopped || this.immediate) return;
    const next = this.clock.nextAt();
    const hostDelay = Math.ceil((next - this.target()) / this.speed);
    if (hostDelay <= 0) {
      this.continueSoon();
      return;
    }
    const at = Date.now() + Math.min(hostDelay, timerMsMax);
    if (this.timer && this.timerAt <= at) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.timerAt = Number.POSITIVE_INFINITY;
        this.advance();
      },
      Math.max(0, at - Date.now()),
    );
  }
}
