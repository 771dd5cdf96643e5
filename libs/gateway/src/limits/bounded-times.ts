const LOOKS = 8;

/**
 * A time by key, for so many keys. Where one too many comes, one of those goes whose times are the earliest, found by looking at a few: a caller whose time is far ahead, which is one at its limit, is let go of
 * only after nearly all others, so filling the memory with other keys does not give it its allowance back.
 */
export class BoundedTimes {
  private readonly places = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly times: number[] = [];

  constructor(
    private readonly most: number,
    private readonly random: () => number,
  ) {}

  get size(): number {
    return this.keys.length;
  }

  get(key: string): number | undefined {
    const place = this.places.get(key);
    return place === undefined ? undefined : this.times[place];
  }

  set(key: string, time: number): void {
    const place = this.places.get(key) ?? this.placeForNew(key);
    this.times[place] = time;
  }

  private placeForNew(key: string): number {
    const place = this.keys.length < this.most ? this.keys.length : this.freed();
    this.keys[place] = key;
    this.places.set(key, place);
    return place;
  }

  private freed(): number {
    let earliest = this.anyPlace();
    for (let look = 1; look < LOOKS; look++) {
      const place = this.anyPlace();
      if ((this.times[place] ?? 0) < (this.times[earliest] ?? 0)) earliest = place;
    }
    this.places.delete(this.keys[earliest] ?? '');
    return earliest;
  }

  private anyPlace(): number {
    return Math.floor(this.random() * this.keys.length);
  }
}
