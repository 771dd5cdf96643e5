/** For the pages of the suite itself, light and dark as the reader's system is. */
export const STYLE = `:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2126; --quiet: #57606a; --line: #d8dee4; --panel: #f6f8fa; --accent: #0550ae; --send: #8a4600; --receive: #116329;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #e6edf3; --quiet: #9da7b1; --line: #30363d; --panel: #1c2229; --accent: #79b8ff; --send: #f0b072; --receive: #7ee2a0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.9rem; }
h2 { margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 0 0 .25rem; font-size: 1.05rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .5rem; }
a { color: var(--accent); }
nav a { margin-right: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
code { overflow-wrap: anywhere; }
pre { margin: .5rem 0 0; padding: .75rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); }
.quiet { color: var(--quiet); }
.card { margin: 0 0 1rem; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
.card:target { border-color: var(--accent); }
.badge { display: inline-block; margin-right: .5rem; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8rem; font-weight: 600; }
.send { color: var(--send); }
.receive { color: var(--receive); }
ul { margin: .25rem 0 .5rem; padding-left: 1.25rem; }
.scroll { overflow-x: auto; }
table { width: 100%; margin: .5rem 0; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
summary { cursor: pointer; color: var(--accent); }
.flow { margin: 0; padding: 0; list-style: none; }
.flow > li + li::before { content: "↓"; display: block; margin: 0 0 .5rem; color: var(--quiet); text-align: center; }
.flow > li > .card { margin-bottom: .5rem; }
.flow table { width: auto; }
.ways { display: flex; flex-wrap: wrap; gap: 1rem; }
.ways > div { flex: 1 1 16rem; }
`;
