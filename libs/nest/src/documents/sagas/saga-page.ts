import type {
  DescribedBranch,
  DescribedCompensation,
  DescribedEnds,
  DescribedMessage,
  DescribedNode,
  DescribedRetry,
  DescribedStep,
  SagaDescription,
} from '@minos/saga';
import { type Html, html } from '../page/html.js';
import { page } from '../page/page.js';

/** A saga for people: what it does, with every policy, and its diagram; without scripts. `up` leads to the list. */
export function sagaPage(saga: SagaDescription, up: string): string {
  const { name, version, hash, starts, steps, ends } = saga;
  const file = `${up}${encodeURIComponent(name)}.mmd?version=${version}`;
  const begun = starts.map(
    ({ kind, message, keyed }) => html`<li>the ${kind} ${messageOf(message)}${keyed ? ', once for each key' : ''}</li>`,
  );
  const body = html`<header>
      <h1>${name}</h1>
      <p class="quiet">Saga · version ${version} · plan ${hash}</p>
      <nav><a href="#steps">Steps</a><a href="#diagram">Diagram</a><a href="${file}">${name}.mmd</a></nav>
    </header>
    <main>
      <section>
        <h2>Started by</h2>
        <ul>
          ${begun.length > 0 ? begun : html`<li><code>Sagas.start()</code></li>`}
        </ul>
      </section>
      <section id="steps">
        <h2>Steps</h2>
        ${flow(steps)}
        <div class="card">
          <h3>Ends</h3>
          ${endsView(ends)}
        </div>
      </section>
      <section id="diagram">
        <h2>Diagram</h2>
        <p>For anything that draws Mermaid; dotted arrows are the way back.</p>
        <pre>${saga.mermaid}</pre>
      </section>
    </main>`;
  return page({ title: `${name}: saga`, up, body });
}

function flow(nodes: readonly DescribedNode[]): Html {
  return html`<ol class="flow">
    ${nodes.map((node) => html`<li>${nodeView(node)}</li>`)}
  </ol>`;
}

function nodeView(node: DescribedNode): Html {
  if (node.kind === 'step') return stepCard(node);
  const title = node.kind === 'choice' ? `${node.name}: one of` : `${node.name}: all at once`;
  const passed = node.kind === 'choice' && !node.otherwise ? html`<p class="quiet">Without one that fits it goes on below.</p>` : undefined;
  return html`<div class="card">
    <h3>${title}</h3>
    <div class="ways">${node.branches.map(branchView)}</div>
    ${passed}
  </div>`;
}

function branchView({ name, steps }: DescribedBranch): Html {
  return html`<div>
    <p class="quiet">${name}</p>
    ${flow(steps)}
  </div>`;
}

function stepCard(step: DescribedStep): Html {
  const { name, action, pivot, rejections, timeout, retry, compensation } = step;
  const rows: (readonly [string, Html | string] | undefined)[] = [
    ['does', deedOf(step)],
    timeout && ['waits', `${duration(timeout.afterMs)}, then ${THEN[timeout.then]}`],
    ...rejections.map(({ code, then }) => [code, then === 'continue' ? 'goes on' : 'compensates'] as const),
    isRetried(step) ? ['tries', tries(retry)] : undefined,
    compensation && ['taken back', undoOf(compensation)],
  ];
  return html`<article class="card" id="step-${name}">
    <h3>${pivot ? html`<span class="badge send">pivot</span>` : undefined}<span class="badge">${action}</span>${name}</h3>
    <table>
      ${rows.flatMap((row) =>
        row === undefined
          ? []
          : html`<tr>
              <th>${row[0]}</th>
              <td>${row[1]}</td>
            </tr>`,
      )}
    </table>
  </article>`;
}

const THEN = { retry: 'is sent again', compensate: 'compensates', park: 'waits for an operator' } as const;

/** Where the policy is ever asked: faults of local commands, times that are over, and what comes from the pivot on. */
function isRetried({ action, timeout, pivot, forward }: DescribedStep): boolean {
  return action === 'local' || timeout?.then === 'retry' || pivot || forward;
}

function deedOf({ action, command, saga }: DescribedStep): Html {
  if (action === 'saga') return html`runs the saga <code>${saga}</code>`;
  if (command === undefined) return html`makes a command that is known only then`;
  return action === 'local' ? html`runs <code>${command.name}</code> here` : html`sends ${messageOf(command)}`;
}

function undoOf(compensation: DescribedCompensation | 'none' | 'itself'): Html {
  if (compensation === 'none') return html`there is nothing to take back`;
  if (compensation === 'itself') return html`that saga is compensated`;
  const { command, retry, timeoutMs } = compensation;
  const by = command === undefined ? html`a command that is known only then` : messageOf(command);
  return html`by ${by}, waits ${duration(timeoutMs)}, ${tries(retry)}`;
}

function tries({ everyMs, longestMs, times }: DescribedRetry): string {
  const often = times === 'forever' ? 'for ever' : `${times} ${times === 1 ? 'try' : 'tries'}, then an operator`;
  return times === 1 ? often : `${often}, ${duration(everyMs)} to ${duration(longestMs)} apart`;
}

function endsView(ends: DescribedEnds): Html {
  const told = Object.entries(ends) as readonly (readonly [string, DescribedMessage | 'unknown'])[];
  if (told.length === 0) return html`<p class="quiet">It tells nobody.</p>`;
  const lines = told.map(([end, message]) =>
    message === 'unknown' ? html`<li>${end}: a command that is known only then</li>` : html`<li>${end}: sends ${messageOf(message)}</li>`,
  );
  return html`<ul>
    ${lines}
  </ul>`;
}

function messageOf({ name, owner }: DescribedMessage): Html {
  return html`<code>${name}</code>${owner === undefined ? '' : ` to ${owner}`}`;
}

function duration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`;
}
