import { type Html, html } from './html.js';

export interface PageOptions {
  readonly title: string;
  /** What stands before the names of assets, so that links hold with and without a slash at the end of the address. */
  readonly up: string;
  readonly body: Html;
}

/** A whole page of the suite's own style. */
export function page({ title, up, body }: PageOptions): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="${up}assets/documents.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}
