import { rounded } from './statistics.js';

/** A number that the bench promises something about. */
export interface Figure {
  readonly name: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it must reach. */
  readonly target?: { readonly bound: 'at least' | 'at most'; readonly value: number };
}

/** Collects rows and prints each as soon as it is there; the last line is one JSON object. */
export class Report {
  private readonly figures: Figure[] = [];
  private readonly notes: string[] = [];

  constructor(private readonly bench: string) {}

  section(title: string): void {
    console.log(`\n${title}`);
  }

  /** An absolute number, for orientation. */
  rate(what: string, value: number, unit: string): void {
    console.log(`  ${what.padEnd(62)} ${format(value).padStart(10)} ${unit}`);
  }

  note(text: string): void {
    this.notes.push(text);
    console.log(`  ${text}`);
  }

  figure(figure: Figure): void {
    this.figures.push(figure);
  }

  finish(): void {
    this.section('Figures');
    for (const figure of this.figures) console.log(`  ${row(figure)}`);
    for (const note of this.notes) console.log(`  note: ${note}`);
    const figures = Object.fromEntries(this.figures.map(({ name, value }) => [name, Number.isFinite(value) ? rounded(value) : null]));
    console.log(`\n${JSON.stringify({ bench: this.bench, figures })}`);
  }
}

function row({ name, what, value, unit, target }: Figure): string {
  const wanted = target === undefined ? '' : `${target.bound} ${target.value}`;
  const reached = target === undefined || (target.bound === 'at least' ? value >= target.value : value <= target.value);
  return `${name.padEnd(22)} ${what.padEnd(74)} ${format(value).padStart(8)} ${unit.padEnd(9)} ${wanted.padEnd(15)} ${reached ? '' : 'not reached'}`.trimEnd();
}

function format(value: number): string {
  return Number.isFinite(value) ? rounded(value).toLocaleString('en-GB') : '–';
}
