import { isIPv4, isIPv6 } from 'node:net';

/** What all addresses count as that are none; there should not be any. */
const UNREADABLE = 'unreadable';
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * What an address counts by: an IPv4 address by itself, also where it came as IPv6 (`::ffff:192.0.2.1`); an IPv6 address by its first 64 bits, of which a single client has all that follow.
 */
export function addressKey(address: string): string {
  if (!address.includes(':')) return isIPv4(address) ? address : UNREADABLE;
  const text = address.replace(/%.*$/, '');
  if (!isIPv6(text)) return UNREADABLE;
  const [, mapped] = MAPPED.exec(text) ?? [];
  if (mapped !== undefined) return mapped;
  const groups = groupsOf(text);
  // The same address in hexadecimal.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return dotted(groups);
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** Of a valid address. */
function groupsOf(text: string): readonly number[] {
  const [left = '', right] = text.split('::');
  const front = groupList(left);
  if (right === undefined) return front;
  const back = groupList(right);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/** Ends in IPv4 in some spellings. */
function groupList(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function dotted(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
