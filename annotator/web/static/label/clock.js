// Seconds during which a task was in sight; a page in a background tab is not being read. Only the
// time since is measured, so that a wrong or changed clock of the computer does no harm.

export class Clock {
  constructor() {
    this.restart();
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.goOn()));
  }

  restart() {
    this.total = 0;
    this.since = document.hidden ? null : performance.now();
  }

  pause() {
    this.total = this.milliseconds();
    this.since = null;
  }

  goOn() {
    this.since ??= performance.now();
  }

  milliseconds() {
    return this.total + (this.since === null ? 0 : performance.now() - this.since);
  }

  seconds() {
    return Math.round(this.milliseconds() / 100) / 10;
  }
}
