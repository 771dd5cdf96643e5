import type { Route, RouteConflict, RouteMatch } from '../contracts/routes.js';
import type { PathTemplate } from './path-template.js';

/** A route with its template, ready to be put into a tree. */
export interface PlannedRoute {
  readonly route: Route;
  readonly template: PathTemplate;
}

/** A route at its place, with the answer that it gives, so that a match makes no object. */
interface Leaf {
  readonly found: RouteMatch & { readonly kind: 'found' };
  /** Literals with their places: to tell whether the case of letters fits, too. */
  readonly literals: readonly { readonly at: number; readonly text: string }[];
}

type Leaves = Map<string, Leaf>;

/** A place in the tree of templates. Not changed after its tree is built, so that trees can share parts. */
export interface RouteNode {
  /** By literals in small letters. */
  literals: Map<string, RouteNode> | undefined;
  parameter: RouteNode | undefined;
  /** Routes that take all that is left from here. */
  rest: Leaves | undefined;
  /** Routes that end here, by method. */
  ends: Leaves | undefined;
}

export const emptyNode = (): RouteNode => ({ literals: undefined, parameter: undefined, rest: undefined, ends: undefined });

/** Puts a route into a tree, or says what it conflicts with: who comes first stays. */
export function insertRoute(root: RouteNode, { route, template }: PlannedRoute): RouteConflict | undefined {
  const leaves = leavesFor(root, template);
  const owner = ownerOf(leaves, route);
  if (owner !== undefined) {
    const { method, path, service } = route;
    return { method, path, service, reason: 'owned', owner };
  }
  if (isOverridden(leaves, route)) return undefined;
  const literals = template.segments.flatMap((segment, at) => (segment.kind === 'literal' ? [{ at, text: segment.text }] : []));
  const asStrict = shareAccess(leaves, { found: { kind: 'found', route }, literals });
  if (!leaves.has(route.method)) leaves.set(route.method, asStrict);
  return undefined;
}

/**
 * Routes of one shape that are spelled with other letters may be one route at the service, if it is on Express: whoever may call the one must be allowed to call the other, whichever was declared first. Answers `leaf` as strict
 * as those that are there, and makes those as strict.
 */
function shareAccess(leaves: Leaves, leaf: Leaf): Leaf {
  let shared = leaf;
  for (const [method, there] of leaves) {
    if (!overlap(method, leaf.found.route.method) || sameLetters(there, leaf)) continue;
    shared = withAccessOf(shared, there);
    leaves.set(method, withAccessOf(there, leaf));
  }
  return shared;
}

function sameLetters(one: Leaf, other: Leaf): boolean {
  return one.literals.every(({ text }, index) => text === other.literals[index]?.text);
}

function withAccessOf({ found: { route }, literals }: Leaf, { found }: Leaf): Leaf {
  const access = new Map([...route.access, ...found.route.access].map((one) => [JSON.stringify(one), one]));
  return { found: { kind: 'found', route: { ...route, access: [...access.values()] } }, literals };
}

function leavesFor(root: RouteNode, { segments }: PathTemplate): Leaves {
  let node = root;
  for (const segment of segments) {
    if (segment.kind === 'rest') return (node.rest ??= new Map<string, Leaf>());
    node = segment.kind === 'literal' ? literalChild(node, segment.text.toLowerCase()) : (node.parameter ??= emptyNode());
  }
  return (node.ends ??= new Map<string, Leaf>());
}

function literalChild(node: RouteNode, text: string): RouteNode {
  const literals = (node.literals ??= new Map<string, RouteNode>());
  let child = literals.get(text);
  if (child === undefined) literals.set(text, (child = emptyNode()));
  return child;
}

/** The other service that answers requests which this route would answer, too. */
function ownerOf(leaves: Leaves, { method, service }: Route): string | undefined {
  for (const [taken, { found }] of leaves) {
    if (found.route.service !== service && overlap(taken, method)) return found.route.service;
  }
  return undefined;
}

/** Whether the configuration says something else of the same requests. */
function isOverridden(leaves: Leaves, { method, source }: Route): boolean {
  return source === 'registry' && [...leaves].some(([taken, { found }]) => found.route.source !== 'registry' && overlap(taken, method));
}

function overlap(one: string, other: string): boolean {
  return one === other || one === '*' || other === '*' || (one === 'GET' && other === 'HEAD') || (one === 'HEAD' && other === 'GET');
}

/** The request while it is looked up. */
export interface Looked {
  readonly method: string;
  readonly segments: readonly string[];
  /** How many nodes may still be visited; below 0 the answer is not known. */
  visits: number;
}

/** Ordinary tables need as many as a path has segments. Declarations made to be slow, with a literal beside a parameter at each level, need thousands. */
export const MOST_VISITS = 1_000;

/** The most specific route that fits but for the case of letters, where visits are left then. Each node is visited once at the most. */
export function findLeaf(node: RouteNode, looked: Looked, at: number): Leaf | undefined {
  if (--looked.visits < 0) return undefined;
  const segment = looked.segments[at];
  if (segment === undefined) return node.ends && leafOf(node.ends, looked.method);
  const { parameter, rest } = node;
  const literal = literalFor(node, segment);
  return (
    (literal && findLeaf(literal, looked, at + 1)) ??
    (parameter && findLeaf(parameter, looked, at + 1)) ??
    (rest && leafOf(rest, looked.method))
  );
}

/** Most segments are in small letters already. */
function literalFor({ literals }: RouteNode, segment: string): RouteNode | undefined {
  return literals && (literals.get(segment) ?? literals.get(segment.toLowerCase()));
}

function leafOf(leaves: Leaves, method: string): Leaf | undefined {
  return leaves.get(method) ?? (method === 'HEAD' ? leaves.get('GET') : undefined) ?? leaves.get('*');
}

/** Whether also the case of letters is that of the template. */
export function isExact({ literals }: Leaf, segments: readonly string[]): boolean {
  for (const { at, text } of literals) if (segments[at] !== text) return false;
  return true;
}

/** Collects the methods of all routes that fit the path, where visits are left then. */
export function collectMethods(node: RouteNode, looked: Looked, at: number, methods: Set<string>): void {
  if (--looked.visits < 0) return;
  const { segments } = looked;
  const segment = segments[at];
  if (segment === undefined) return addMethods(node.ends, segments, methods);
  const literal = literalFor(node, segment);
  if (literal) collectMethods(literal, looked, at + 1, methods);
  if (node.parameter) collectMethods(node.parameter, looked, at + 1, methods);
  addMethods(node.rest, segments, methods);
}

function addMethods(leaves: Leaves | undefined, segments: readonly string[], methods: Set<string>): void {
  for (const [method, leaf] of leaves ?? []) if (isExact(leaf, segments)) methods.add(method);
}

/** Every route of the tree, in the order of its literals' insertion. */
export function routesOf(node: RouteNode): Route[] {
  const here = [...(node.ends?.values() ?? []), ...(node.rest?.values() ?? [])].map(({ found }) => found.route);
  const below = [...(node.literals?.values() ?? []), ...(node.parameter ? [node.parameter] : [])];
  return [...here, ...below.flatMap(routesOf)];
}
