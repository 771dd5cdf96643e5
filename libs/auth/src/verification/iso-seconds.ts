const DAY = 86_400;
const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Writes whole seconds as ISO-8601. Most are of the day of the one before, whose date is written once. */
export class IsoSeconds {
  private day = NaN;
  private date = '';

  write(seconds: number): string {
    const day = Math.floor(seconds / DAY);
    if (day !== this.day) {
      this.date = new Date(seconds * 1000).toISOString().slice(0, -'hh:mm:ss.000Z'.length);
      this.day = day;
    }
    const left = seconds - day * DAY;
    return `${this.date}${TWO[Math.floor(left / 3600)]}:${TWO[Math.floor(left / 60) % 60]}:${TWO[left % 60]}.000Z`;
  }
}
